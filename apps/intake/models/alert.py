"""What is known of each alert: one row per integration and dedup key, and the storms they came in."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from apps.incidents.models import Incident
from apps.intake.models.integration import Integration


class AlertQuerySet(models.QuerySet["Alert"]):
    def opened_since(self, integration: Integration, moment: datetime) -> AlertQuerySet:
        return self.filter(integration=integration, opened_at__gt=moment)

    def still_firing_in(self, incident: Incident) -> AlertQuerySet:
        return self.filter(incident=incident, is_firing=True)


class Alert(models.Model):
    """`changed_at` is the newest of the sender's own times that counted: what is older changes nothing.

    `episode` counts how often it began to fire; `early_end` is the time of a resolve that came before its firing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="alerts")
    dedup = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    is_firing = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True, blank=True)
    early_end = models.DateTimeField(null=True, blank=True)
    episode = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "dedup"], name="one_alert_per_dedup_key")
        ]
        indexes = [
            models.Index(fields=["integration", "opened_at"], name="alerts_by_opening"),
        ]

    def __str__(self) -> str:
        return self.title or self.dedup

    @property
    def source_id(self) -> str:
        """The external id of its incident: unique there, so that an episode never has two."""
        return f"{self.uuid}:{self.episode}"


class Storm(models.Model):
    """More new alerts at once than anybody reads: one candidate for all of them. `told` is what its title says."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="storms")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["integration"], condition=Q(ended_at__isnull=True), name="one_storm_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} alerts since {self.began_at}"
