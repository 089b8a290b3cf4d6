"""Addresses under which a calendar program finds what is due, for one person or a team."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.address_keys import digest_of, opens, prefix_of

if TYPE_CHECKING:
    from apps.accounts.models import User

PURPOSE = "ballast.action-item-calendar"


def calendar_digest(secret: str) -> str:
    return digest_of(secret, purpose=PURPOSE)


class CalendarKeyQuerySet(models.QuerySet["CalendarKey"]):
    def visible_to(self, user: User) -> CalendarKeyQuerySet:
        return self.filter(person=user.pk)

    def named_by(self, secret: str) -> CalendarKey | None:
        """The key of this secret, of somebody who is still here."""
        rows = self.select_related("person", "team").filter(person__is_active=True)
        found = rows.filter(prefix=prefix_of(secret)).first()
        return found if opens(secret, found.digest if found else "", purpose=PURPOSE) else None


class CalendarKey(models.Model):
    """Opens what `person` promised, or with `team` what that team did, as `person` may see it when it is asked. One of
    each kind a person; a new one ends the old."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    prefix = models.CharField(max_length=10, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], name="one_calendar_per_person_and_team"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(team__isnull=True), name="one_calendar_of_ones_own"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def get_absolute_url(self) -> str:
        return reverse("action_items:calendars")

    def get_api_url(self) -> str:
        return reverse("api:action-item-calendar-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return f"calendar {self.prefix}"
