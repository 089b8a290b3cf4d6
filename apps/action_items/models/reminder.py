"""The ledger of reminders: of whom something was asked about a promise, in which mail, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from apps.action_items.models.choices import COMMITTED
from apps.action_items.models.item import ActionItem
from apps.core.engines import Among
from apps.notifications.models import OutboxMail

if TYPE_CHECKING:
    from apps.core.prepared import Given


class Stage(models.TextChoices):
    """S to the owner, E to leads, V to the owner again. In the order in which they come."""

    S0 = "s0", "Due in seven working days"
    S1 = "s1", "Due soon"
    S2 = "s2", "Due today"
    S3 = "s3", "Overdue"
    SW = "sw", "Still overdue"
    SM = "sm", "Overdue, once a month"
    E0 = "e0", "Needs a new owner"
    E1 = "e1", "Overdue, to a lead of its team"
    E2 = "e2", "Overdue, to a lead of its service"
    V = "v", "Did it help?"


ESCALATIONS = (Stage.E0, Stage.E1, Stage.E2)
LATE = (Stage.S3, Stage.SW, Stage.SM)
"""What has told the owner that the date is over."""


class ReminderState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    IN_PORTAL = "in_portal", "In the portal"
    HELD = "held", "Held while away"
    MISSED = "missed", "Not sent"
    SUPERSEDED = "superseded", "Superseded"
    CANCELLED = "cancelled", "Cancelled"


HEARD = (ReminderState.SENT, ReminderState.IN_PORTAL)
ASKED_AGAIN = (ReminderState.HELD, ReminderState.MISSED)
OPEN = (ReminderState.PLANNED, *ASKED_AGAIN)
TELLING = (ReminderState.PLANNED, *HEARD)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def of_these_dates(self) -> ReminderQuerySet:
        """Of the date and the owner that the item has now."""
        return self.filter(due_version=F("item__due_version"))

    def planned(self) -> ReminderQuerySet:
        return self.filter(state=ReminderState.PLANNED)

    def whose_mail_is(self, statuses: Collection[str]) -> ReminderQuerySet:
        """`mail_status` is that of the digest that carries it."""
        mails = OutboxMail.objects.filter(dedupe_key=OuterRef("digest"))
        found = self.annotate(mail_status=Subquery(mails.values("status")[:1]))
        return found.filter(mail_status__in=list(statuses))

    def told(self, people: Given, first: Given, last: Given) -> ReminderQuerySet:
        """What these people are asked from the first to the last day, as things stand now."""
        asked = self.filter(Among("recipient", people), local_date__range=(first, last), state__in=TELLING)
        return asked.of_these_dates()

    def asked_of_others(self, people: Given, first: Given, last: Given) -> ReminderQuerySet:
        """What these people are asked about promises of somebody else, or as a lead."""
        others = Q(stage__in=ESCALATIONS) | ~Q(item__owner=F("recipient"))
        return self.told(people, first, last).filter(others, item__status__in=COMMITTED)


class Reminder(models.Model):
    """One stage for one person. `digest` is the key of the mail that carries it; `round` tells the weeks and months
    of stages apart that come again (202612 is the twelfth week)."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=2, choices=Stage)
    round = models.PositiveIntegerField(default=0)
    due_version = models.PositiveIntegerField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    local_date = models.DateField()
    state = models.CharField(max_length=10, choices=ReminderState)
    digest = models.CharField(max_length=200, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["local_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "stage", "round", "due_version", "recipient"], name="one_reminder_per_stage"
            )
        ]
        indexes = [
            models.Index(fields=["digest"], condition=Q(state="planned"), name="reminder_planned"),
            models.Index(fields=["recipient", "local_date"], name="reminder_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage} to {self.recipient_id}"


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def of_these_dates(self) -> SnoozeQuerySet:
        return self.filter(due_version=F("item__due_version"))


class Snooze(models.Model):
    """The owner does not want to hear of it before `until`. A new date or owner ends it."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="snoozes")
    due_version = models.PositiveIntegerField()
    until = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"until {self.until}"
