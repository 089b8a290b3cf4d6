"""Webhooks about issues that are linked here: each counts once, and says what became of it."""

from __future__ import annotations

from django.db import models

from apps.trackers.models.connection import Connection
from apps.trackers.models.ref import ExternalRef


class Outcome(models.TextChoices):
    TAKEN = "taken", "Taken over"
    SAME = "same", "Nothing new"
    OUTDATED = "outdated", "Older than what is known"
    UNSURE = "unsure", "Looked up again"
    GONE = "gone", "The issue is gone"


class HookDelivery(models.Model):
    """`delivery_id` is the tracker's own, or a hash of the body where it sends none."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="deliveries")
    ref = models.ForeignKey(ExternalRef, models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=120)
    event = models.CharField(max_length=60)
    received_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=10, choices=Outcome)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "delivery_id"], name="one_row_per_hook_delivery")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.delivery_id}"
