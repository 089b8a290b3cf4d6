"""Somebody said that what is logged of a week is all there is: what silence never says."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.toil.periods import week_name
from apps.toil.readers import teams_read_by

if TYPE_CHECKING:
    from apps.accounts.models import User


class WeekCheckinQuerySet(models.QuerySet["WeekCheckin"]):
    def visible_to(self, user: User) -> WeekCheckinQuerySet:
        """One's own, and those of whose entries somebody reads: "no toil this week" is a figure of a person, too."""
        return self.filter(Q(person=user.pk) | Q(team__in=teams_read_by(user)))

    def with_names(self) -> WeekCheckinQuerySet:
        return self.select_related("person", "team")


class WeekCheckin(models.Model):
    """One person's week for one team is complete. `nothing_to_add` means that no toil was logged: an explicit zero."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="toil_checkins")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    nothing_to_add = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField()

    objects = WeekCheckinQuerySet.as_manager()

    class Meta:
        ordering = ["-monday", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "monday", "person"], name="one_checkin_per_person_and_week"
            )
        ]

    def __str__(self) -> str:
        return self.audit_key

    def get_api_url(self) -> str:
        return reverse("api:toil-checkin-detail", args=[self.uuid])

    @property
    def week(self) -> str:
        return week_name(self.monday)

    @property
    def audit_key(self) -> str:
        return f"{self.team.slug}/{self.person.slug} {self.week}"
