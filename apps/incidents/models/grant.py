"""Who else may read a private incident, and until when."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Membership, Team

if TYPE_CHECKING:
    from apps.accounts.models import User


class IncidentGrantQuerySet(models.QuerySet["IncidentGrant"]):
    def running(self, now: datetime) -> IncidentGrantQuerySet:
        return self.filter(ends_at__gt=now)

    def held_by(self, user: User, now: datetime) -> IncidentGrantQuerySet:
        """What is open to somebody now: given to them, or to a team that they belong to today in their zone."""
        today = timezone.localdate(now, timezone=user.zone)
        teams = Membership.objects.on(today).filter(user=user.pk).values("team")
        return self.running(now).filter(Q(person=user.pk) | Q(team__in=teams))

    def to_whom(self, person: User | None, team: Team | None) -> IncidentGrantQuerySet:
        return self.filter(person=person, team=team)

    def with_names(self) -> IncidentGrantQuerySet:
        return self.select_related("person", "team", "granted_by", "ended_by")


class IncidentGrant(models.Model):
    """One person or one team reads along until `ends_at`; who takes it back earlier moves that to the moment of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="grants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = IncidentGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, team__isnull=False)
                | Q(person__isnull=False, team__isnull=True),
                name="access_is_for_a_person_or_a_team",
                violation_error_message="Choose a person or a team, not both.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("granted_at")), name="access_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "ends_at"], name="access_by_person"),
            models.Index(fields=["team", "ends_at"], name="access_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} until {self.ends_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        return reverse("incidents:access", args=[self.incident.key])

    @property
    def receiver(self) -> User | Team:
        found: User | Team | None = self.person or self.team
        assert found is not None  # noqa: S101  (a constraint says so)
        return found

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.incident.key} access {self.receiver.slug}"
