"""How much each integration stored on a day, so that no key fills the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models

from apps.intake.models.integration import Integration


class VolumeQuerySet(models.QuerySet["Volume"]):
    def on(self, integration: Integration, now: datetime) -> VolumeQuerySet:
        return self.filter(integration=integration, day=day_of(now))

    def before(self, moment: datetime) -> VolumeQuerySet:
        return self.filter(day__lt=day_of(moment))


class Volume(models.Model):
    """Of one day in UTC: bytes of the bodies that were kept, and how many deliveries were refused as too much."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="+")
    day = models.DateField()
    stored = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = VolumeQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "day"], name="one_volume_per_integration_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.stored} bytes on {self.day}"


def day_of(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def seconds_left_of(now: datetime) -> int:
    """Until the next day in UTC begins."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today + timedelta(days=1) - now).total_seconds()) + 1
