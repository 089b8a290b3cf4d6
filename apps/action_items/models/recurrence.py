"""An incident came back while something was still open that would have helped."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.action_items.models.choices import Priority
from apps.action_items.models.item import ActionItem
from apps.core.searching import every_word
from apps.incidents.models import Incident, IncidentKind

if TYPE_CHECKING:
    from datetime import datetime

    from apps.accounts.models import User


class RecurrenceQuerySet(models.QuerySet["Recurrence"]):
    def visible_to(self, user: User) -> RecurrenceQuerySet:
        """Both the incident and the item must be seen: neither tells of the other to somebody else."""
        items = ActionItem.objects.visible_to(user).values("pk")
        return self.filter(incident__in=Incident.objects.visible_to(user).values("pk"), action_item__in=items)

    def standing(self) -> RecurrenceQuerySet:
        """Not taken back."""
        return self.filter(undone_at__isnull=True)

    def of_incidents_between(self, start: datetime, end: datetime) -> RecurrenceQuerySet:
        """Whose real incident began from `start` until before `end`: a drill brings nothing back."""
        return self.filter(
            incident__started_at__gte=start, incident__started_at__lt=end, incident__kind=IncidentKind.REAL
        )

    def matching(self, text: str) -> RecurrenceQuerySet:
        both = ("incident__title", "incident__key", "action_item__title", "action_item__key")
        return self.filter(every_word(text, *both))

    def with_all(self) -> RecurrenceQuerySet:
        return self.select_related(
            "incident", "action_item__team", "action_item__incident", "by", "undone_by"
        )


class Recurrence(models.Model):
    """`days_overdue` is how late the item was when the incident began; `priority_before` what it is given back
    when this is taken back."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="recurrences")
    action_item = models.ForeignKey(ActionItem, models.CASCADE, related_name="recurrences")
    days_overdue = models.PositiveIntegerField()
    priority_before = models.PositiveSmallIntegerField(choices=Priority)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.CharField(max_length=500, blank=True)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "action_item"],
                condition=Q(undone_at__isnull=True),
                name="one_standing_recurrence_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="recurrence_is_undone_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_item_id} would have helped in {self.incident_id}"

    def get_absolute_url(self) -> str:
        return reverse("action_items:recurrence", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:recurrence-detail", args=[self.uuid])

    @property
    def incidents(self) -> list[Incident]:
        """The one that came back, and the one that the item was promised after."""
        return [self.incident, *filter(None, [self.action_item.incident])]
