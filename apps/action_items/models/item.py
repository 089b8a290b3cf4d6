"""Action items: commitments with an owner, a date, an end state, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Team, User
from apps.action_items.models.choices import (
    COMMITTED,
    FINAL,
    LIVE,
    NEXT_STATUS,
    Kind,
    Priority,
    Source,
    Status,
)
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.incidents.models import Incident
from apps.services.models import Service, web_address

if TYPE_CHECKING:
    from datetime import datetime

UNDATED, SETTLED = date(9999, 12, 30), date(9999, 12, 31)
NOBODY = Q(owner__isnull=True) | Q(owner__in=User.objects.filter(is_active=False).values("pk"))


def end_of_week(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: User) -> ActionItemQuerySet:
        """What hangs on an incident that the person may not see is not there for that person."""
        if user.is_org_admin:
            return self
        seen = Incident.objects.visible_to(user).filter(is_private=True)
        hidden = Incident.objects.filter(is_private=True).exclude(pk__in=seen.values("pk"))
        return self.filter(Q(incident__isnull=True) | ~Q(incident__in=hidden.values("pk")))

    def matching(self, text: str) -> ActionItemQuerySet:
        return self.filter(every_word(text, "title", "key"))

    def committed(self) -> ActionItemQuerySet:
        """Promised and not yet done: the ones that are reminded."""
        return self.filter(status__in=COMMITTED)

    def live(self) -> ActionItemQuerySet:
        """Committed, or proposed and waiting for somebody to commit."""
        return self.filter(status__in=LIVE)

    def unverified(self) -> ActionItemQuerySet:
        """Asked for, and nobody has confirmed yet that it is done."""
        return self.filter(status__in=(*LIVE, Status.DONE))

    def overdue(self, today: date) -> ActionItemQuerySet:
        return self.committed().filter(due_on__lt=today)

    def due_this_week(self, today: date) -> ActionItemQuerySet:
        return self.committed().filter(due_on__range=(today, end_of_week(today)))

    def owned_by(self, user: User) -> ActionItemQuerySet:
        return self.filter(owner=user.pk)

    def unowned(self) -> ActionItemQuerySet:
        """Nobody would be reminded: no owner, or one who has left."""
        return self.live().filter(NOBODY)

    def of_team(self, team: Team) -> ActionItemQuerySet:
        return self.filter(team=team)

    def with_people(self) -> ActionItemQuerySet:
        return self.select_related("owner", "team", "service", "incident")

    def with_history(self) -> ActionItemQuerySet:
        return self.prefetch_related("moves__by", "redatings__by")

    def lean(self) -> ActionItemQuerySet:
        """With the names around it, without long texts: for lists."""
        return self.with_people().only(
            *(
                "number",
                "key",
                "title",
                "kind",
                "priority",
                "status",
                "status_since",
                "due_on",
                "first_due_on",
            ),
            *(
                "slip_count",
                "slipped_days",
                "blocked_by",
                "source",
                "created_at",
                "updated_at",
                "version",
                "due_rank",
            ),
            *("created_by_id", "owner__name", "owner__slug", "owner__email", "owner__is_active"),
            *(
                "team__slug",
                "team__name",
                "service__slug",
                "service__name",
                "incident__key",
                "incident__title",
            ),
        )

    def in_groups(self, today: date) -> ActionItemQuerySet:
        """`due_group` says under which heading of the list a row stands."""
        groups = Case(
            When(due_rank=SETTLED, then=Value("settled")),
            When(due_rank=UNDATED, then=Value("undated")),
            When(status=Status.PROPOSED, due_rank__lt=today, then=Value("week")),
            When(due_rank__lt=today, then=Value("overdue")),
            When(due_rank__lte=end_of_week(today), then=Value("week")),
            default=Value("later"),
        )
        return self.annotate(due_group=groups)

    def tally(self, user: User, today: date) -> dict[str, int]:
        """How many are promised, and of what is not settled the numbers beside the saved views. One query."""
        promised = Q(status__in=COMMITTED)
        return self.live().aggregate(
            committed=Count(Value(1), filter=promised),
            overdue=Count(Value(1), filter=promised & Q(due_on__lt=today)),
            week=Count(Value(1), filter=promised & Q(due_on__range=(today, end_of_week(today)))),
            mine=Count(Value(1), filter=promised & Q(owner=user.pk)),
            teams=Count(Value(1), filter=promised & Q(team__in=user.team_ids)),
            unowned=Count(Value(1), filter=NOBODY),
        )

    def reminder_due(self, now: datetime) -> ActionItemQuerySet:
        return self.filter(next_reminder_at__lte=now)

    def due_for(self, person: User, until: date) -> ActionItemQuerySet:
        """What the person promised, may still see, and is due by that day: the oldest date first."""
        found = self.visible_to(person).committed().owned_by(person).filter(due_on__lte=until)
        return found.select_related("incident").order_by("due_on", "priority", "number")


class ActionItem(VersionedModel):
    """`due_on` is a date, its end in the owner's zone. `first_due_on` never changes once it is promised;
    `due_version` counts dates and owners, so that reminders of an old date never go out. `due_rank` orders
    lists: what must happen next comes first, what has no date and what is settled last."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    key = models.CharField(max_length=20, unique=True, editable=False)
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=10_000, blank=True)
    done_when = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PREVENT)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.P2)
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    status_since = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="action_items"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="action_items")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="action_items")
    incident = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="action_items"
    )
    source = models.CharField(max_length=12, choices=Source, default=Source.MANUAL)
    due_on = models.DateField(null=True, blank=True)
    due_rank = models.GeneratedField(
        expression=Case(
            When(status__in=LIVE, then=Coalesce(F("due_on"), Value(UNDATED))), default=Value(SETTLED)
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    first_due_on = models.DateField(null=True, blank=True)
    due_version = models.PositiveIntegerField(default=1)
    slip_count = models.PositiveIntegerField(default=0)
    slipped_days = models.IntegerField(default=0)
    blocked_by = models.CharField(max_length=500, blank=True)
    close_reason = models.CharField(max_length=1000, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates"
    )
    committed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    evidence_url = models.URLField(max_length=500, blank=True, validators=[web_address])
    effectiveness_check_on = models.DateField(null=True, blank=True)
    reopen_count = models.PositiveIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(priority__range=(0, 3)), name="priority_is_0_to_3"),
            models.CheckConstraint(
                condition=~Q(status__in=COMMITTED) | (Q(due_on__isnull=False) & ~Q(done_when="")),
                name="committed_items_have_date_and_end_state",
                violation_error_message="A committed item needs a due date and a checkable end state.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                condition=Q(next_reminder_at__isnull=False),
                name="action_next_reminder",
            ),
            models.Index(fields=["owner", "status", "due_on"], name="action_by_owner"),
            models.Index(fields=["team", "status", "due_on"], name="action_by_team"),
            models.Index(fields=["status", "due_on", "owner", "team", "incident"], name="action_by_due"),
            models.Index(fields=["due_rank", "priority", "-id"], name="action_by_rank"),
            models.Index(fields=["priority", "id"], name="action_by_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("action_items:detail", args=[self.key])

    def get_api_url(self) -> str:
        return reverse("api:action-item-detail", args=[self.key])

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope if self.incident else ""

    @property
    def is_committed(self) -> bool:
        return self.status in COMMITTED

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def is_urgent(self) -> bool:
        """P0 and P1: dropped only by a lead, verified only by somebody else."""
        return self.priority <= Priority.P1

    @property
    def next_statuses(self) -> list[str]:
        return list(NEXT_STATUS[self.status])

    def days_overdue(self, today: date) -> int:
        """Days past the due date of an item still to be done; 0 when it is not late."""
        if not self.is_committed or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)
