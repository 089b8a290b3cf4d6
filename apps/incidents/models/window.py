"""When users were affected, service by service: how badly, and how many of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from apps.incidents.models.incident import Incident
from apps.services.models import Service

ALL = 100


class ImpactLevel(models.TextChoices):
    OPERATIONAL = "operational", "Operational"
    DEGRADED = "degraded", "Degraded"
    PARTIAL = "partial", "Partial outage"
    DOWN = "down", "Down"


class ImpactWindow(models.Model):
    """From `start` to `end` (None: still) users of `service` were affected; None stands for the whole incident.

    Windows of one service never overlap. `operational` says that a service was looked at and worked.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="impact_windows")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="impact_windows")
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    level = models.CharField(max_length=12, choices=ImpactLevel, default=ImpactLevel.PARTIAL)
    pct_affected = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(ALL, "Give a share of at most 100 percent.")]
    )

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="impact_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(pct_affected__isnull=True) | Q(pct_affected__lte=ALL), name="impact_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} from {self.start} to {self.end or 'now'}"

    @property
    def hurts(self) -> bool:
        return self.level != ImpactLevel.OPERATIONAL

    def overlaps(self, other: ImpactWindow) -> bool:
        """Whether the two have more than an edge in common."""
        return _before(self.start, other.end) and _before(other.start, self.end)


def _before(moment: datetime, end: datetime | None) -> bool:
    return end is None or moment < end


def impact_time(windows: Iterable[ImpactWindow], now: datetime) -> timedelta:
    """Length of the union of all windows that hurt: an hour in which two services were down is one hour."""
    total, reached = timedelta(), None
    for window in sorted((one for one in windows if one.hurts), key=lambda one: one.start):
        end = window.end or now
        start = max(window.start, reached) if reached else window.start
        if end > start:
            total += end - start
            reached = end
    return total
