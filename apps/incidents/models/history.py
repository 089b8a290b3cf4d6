"""What the status went through."""

from __future__ import annotations

from django.conf import settings
from django.db import models

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
