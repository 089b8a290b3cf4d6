"""What the status went through, and the windows in which users were affected."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.incidents.models.incident import Incident
from apps.incidents.models.status import IncidentStatus


class Transition(models.Model):
    """One move of the status: append-only. `effective_at` is when it happened, `at` when it was said."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="transitions")
    from_status = models.CharField(max_length=15, choices=IncidentStatus, blank=True)
    to_status = models.CharField(max_length=15, choices=IncidentStatus)
    at = models.DateTimeField()
    effective_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_status or 'declared'} to {self.to_status}"


class ImpactLevel(models.TextChoices):
    DEGRADED = "degraded", "Degraded"
    PARTIAL = "partial", "Partial outage"
    DOWN = "down", "Down"


class ImpactWindow(models.Model):
    """From `start` to `end` (None: still) users were affected; a relapse opens a new one."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="impact_windows")
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=ImpactLevel, default=ImpactLevel.PARTIAL)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="impact_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} from {self.start} to {self.end or 'now'}"
