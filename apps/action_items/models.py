"""Action items: commitments with an owner, a date, an end state, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import VersionedModel
from apps.incidents.models import Incident
from apps.services.models import Service

if TYPE_CHECKING:
    from datetime import datetime

    from apps.accounts.models import User


class Status(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    VERIFIED = "verified", "Verified"
    WONT_DO = "wont_do", "Won't do"
    DUPLICATE = "duplicate", "Duplicate"


COMMITTED = (Status.OPEN, Status.IN_PROGRESS, Status.BLOCKED)
FINAL = (Status.VERIFIED, Status.WONT_DO, Status.DUPLICATE)
NEXT_STATUS: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (Status.OPEN, Status.WONT_DO, Status.DUPLICATE),
    Status.OPEN: (Status.IN_PROGRESS, Status.BLOCKED, Status.DONE, Status.WONT_DO, Status.DUPLICATE),
    Status.IN_PROGRESS: (Status.OPEN, Status.BLOCKED, Status.DONE, Status.WONT_DO, Status.DUPLICATE),
    Status.BLOCKED: (Status.OPEN, Status.IN_PROGRESS, Status.WONT_DO, Status.DUPLICATE),
    Status.DONE: (Status.VERIFIED, Status.OPEN),
    Status.VERIFIED: (Status.OPEN,),
    Status.WONT_DO: (),
    Status.DUPLICATE: (),
}


class Kind(models.TextChoices):
    PREVENT = "prevent", "Prevent"
    MITIGATE = "mitigate", "Mitigate"
    DETECT = "detect", "Detect"
    PROCESS = "process", "Process"
    INVESTIGATE = "investigate", "Investigate"
    REPAIR = "repair", "Repair"


class Priority(models.IntegerChoices):
    P0 = 0, "P0"
    P1 = 1, "P1"
    P2 = 2, "P2"
    P3 = 3, "P3"


class Source(models.TextChoices):
    MANUAL = "manual", "On its own"
    INCIDENT = "incident", "Incident"
    POSTMORTEM = "postmortem", "Postmortem"
    REVIEW = "review", "Review"
    TOIL = "toil", "Toil"
    SLO = "slo", "SLO"


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: User) -> ActionItemQuerySet:
        """What hangs on an incident that the person may not see is not there for that person."""
        if user.is_org_admin:
            return self
        hidden = Incident.objects.filter(is_private=True).exclude(pk__in=Incident.objects.visible_to(user).values("pk"))
        return self.exclude(incident__in=hidden.values("pk"))

    def committed(self) -> ActionItemQuerySet:
        """Promised and not yet done: the ones that are reminded."""
        return self.filter(status__in=COMMITTED)

    def overdue(self, today: date) -> ActionItemQuerySet:
        return self.committed().filter(due_on__lt=today)

    def owned_by(self, user: User) -> ActionItemQuerySet:
        return self.filter(owner=user.pk)

    def of_team(self, team: Team) -> ActionItemQuerySet:
        return self.filter(team=team)

    def with_people(self) -> ActionItemQuerySet:
        return self.select_related("owner", "team", "service", "incident")

    def reminder_due(self, now: datetime) -> ActionItemQuerySet:
        return self.filter(next_reminder_at__lte=now)


class ActionItem(VersionedModel):
    """`due_on` is a date, its end in the owner's zone. `first_due_on` never changes once it is promised;
    `due_version` counts dates and owners, so that reminders of an old date never go out."""

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
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="action_items")
    source = models.CharField(max_length=12, choices=Source, default=Source.MANUAL)
    due_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(null=True)
    due_version = models.PositiveIntegerField(default=1)
    slip_count = models.PositiveIntegerField(default=0)
    slipped_days = models.IntegerField(default=0)
    blocked_by = models.CharField(max_length=500, blank=True)
    close_reason = models.CharField(max_length=1000, blank=True)
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    committed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    evidence_url = models.URLField(max_length=500, blank=True)
    effectiveness_check_on = models.DateField(null=True)
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
            models.Index(fields=["status", "due_on", "id"], name="action_by_due"),
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

    def days_overdue(self, today: date) -> int:
        """Days past the due date of an item still to be done; 0 when it is not late."""
        if not self.is_committed or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


class Redating(models.Model):
    """One move of the due date after it was promised, and why."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="redatings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_date = models.DateField()
    to_date = models.DateField()
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]
