"""Action items: commitments with an owner, a date, an end state, and what became of them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Team
from apps.action_items.models.choices import (
    COMMITTED,
    FINAL,
    LIVE,
    NEXT_STATUS,
    Kind,
    Priority,
    Source,
    Status,
    Verdict,
)
from apps.action_items.models.queryset import SETTLED, UNDATED, ActionItemQuerySet
from apps.core.keys import page_of
from apps.core.models import VersionedModel
from apps.incidents.models import Incident
from apps.services.models import Service, web_address


def slip_words(count: int, days: int) -> str:
    """slipped 3×, +41 d; nothing while the first promise stands."""
    return f"slipped {count}×, {'−' if days < 0 else '+'}{abs(days)} d" if count else ""


class ActionItem(VersionedModel):
    """`due_on` is a date, its end in the owner's zone. `first_due_on` never changes once it is promised;
    `due_version` counts dates and owners, so that reminders of an old date never go out. `due_rank` orders
    lists: what must happen next comes first, what has no date and what is settled last. `next_reminder_at` is when the
    owner is reminded, `escalates_at` when leads are: set once the owner has been told that the date is over."""

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
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="parts"
    )
    committed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    evidence_url = models.URLField(max_length=500, blank=True, validators=[web_address])
    evidence_note = models.CharField(max_length=1000, blank=True)
    effectiveness_check_on = models.DateField(null=True, blank=True)
    effect = models.CharField(max_length=12, choices=Verdict, blank=True)
    reopen_count = models.PositiveIntegerField(default=0)
    checklist_count = models.PositiveSmallIntegerField(default=0, editable=False)
    checklist_done = models.PositiveSmallIntegerField(default=0, editable=False)
    next_reminder_at = models.DateTimeField(null=True, editable=False)
    escalates_at = models.DateTimeField(null=True, editable=False)
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
            models.Index(
                fields=["escalates_at"],
                condition=Q(escalates_at__isnull=False),
                name="action_escalates",
            ),
            models.Index(fields=["owner", "status", "due_on", "incident"], name="action_by_owner"),
            models.Index(fields=["owner", "due_rank", "priority", "-id"], name="action_by_owner_rank"),
            models.Index(fields=["team", "status", "due_on", "incident"], name="action_by_team"),
            models.Index(fields=["status", "due_on", "owner", "team", "incident"], name="action_by_due"),
            models.Index(fields=["due_rank", "priority", "-id"], name="action_by_rank"),
            models.Index(fields=["status", "due_rank", "priority", "-id"], name="action_by_status_rank"),
            models.Index(fields=["priority", "id"], name="action_by_priority"),
            models.Index(fields=["committed_at"], name="action_by_promise"),
            models.Index(fields=["first_due_on"], name="action_by_first_date"),
            models.Index(fields=["due_on"], name="action_by_date"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="action_by_end"),
            models.Index(
                fields=["effectiveness_check_on"],
                condition=Q(effectiveness_check_on__isnull=False),
                name="action_by_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return page_of("action_items:detail", self.key)

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
    def merged_into(self) -> ActionItem:
        """The item that is followed up in its place, or itself. A query for each step that is not loaded."""
        return self.duplicate_of.merged_into if self.duplicate_of else self

    def is_check_due(self, today: date) -> bool:
        """Whether it is time to say if it helped."""
        return bool(self.effectiveness_check_on and self.effectiveness_check_on <= today and not self.effect)

    @property
    def next_statuses(self) -> list[str]:
        return list(NEXT_STATUS[self.status])

    @property
    def slip_text(self) -> str:
        return slip_words(self.slip_count, self.slipped_days)

    def days_overdue(self, today: date) -> int:
        """Days past the due date of an item still to be done; 0 when it is not late."""
        if not self.is_committed or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)
