"""When the incident passed each point, who says so, and how exactly."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.incidents.models.incident import Incident


class MilestoneKind(models.TextChoices):
    """In the order in which they happen; an order that runs backwards is refused."""

    IMPACT_STARTED = "impact_started", "Impact started"
    DETECTED = "detected", "Detected"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DECLARED = "declared", "Declared"
    MITIGATED = "mitigated", "Mitigated"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class MilestoneSource(models.TextChoices):
    AUTO = "auto", "Automatic"
    INTEGRATION = "integration", "Integration"
    HUMAN = "human", "A person"
    ESTIMATE = "estimate", "Estimate"


class Milestone(models.Model):
    """`at` None means unknown, and then `note` says why."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=15, choices=MilestoneKind)
    at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=MilestoneSource, default=MilestoneSource.HUMAN)
    precision_minutes = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="one_milestone_per_kind"),
            models.CheckConstraint(
                condition=Q(at__isnull=False) | ~Q(note=""),
                name="unknown_milestone_says_why",
                violation_error_message="Say in the note why the time is unknown.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at or 'unknown'}"
