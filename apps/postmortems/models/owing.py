"""When a postmortem is owed, and by when: one row, read whole and edited whole; and how far the trail is judged."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.incidents.models import Severity

ONLY_ROW = 1
SHIPPED_RULES: dict[str, Any] = {
    "max_severity": 2,
    "impact_minutes": 60,
    "data_lost": True,
    "was_reverted": True,
    "found_by_customer": True,
    "came_back": True,
    "near_miss": False,
    "clocks": {"1": [3, 7], "2": [5, 10], "3": [10, 20], "4": [10, 20]},
    "applies_from": None,
}


class PostmortemPolicyManager(models.Manager["PostmortemPolicy"]):
    def current(self) -> PostmortemPolicy:
        return self.filter(pk=ONLY_ROW).first() or PostmortemPolicy(pk=ONLY_ROW, **SHIPPED_RULES)


class PostmortemPolicy(VersionedModel):
    """An empty table stands for `SHIPPED_RULES`. `clocks` is {"1": [draft, publish]} in business days by severity.

    `max_severity` None: no severity alone is a reason; `impact_minutes` None: no length is. What was mitigated
    before `applies_from` owes nothing by rule. Room is kept for the error budget, which needs SLOs.
    """

    max_severity = models.PositiveSmallIntegerField(choices=Severity, null=True, blank=True)
    impact_minutes = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    data_lost = models.BooleanField()
    was_reverted = models.BooleanField()
    found_by_customer = models.BooleanField()
    came_back = models.BooleanField()
    near_miss = models.BooleanField()
    clocks = models.JSONField()
    applies_from = models.DateField(null=True, blank=True)

    objects = PostmortemPolicyManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="one_postmortem_policy")]

    def __str__(self) -> str:
        return "Postmortem policy"

    def get_absolute_url(self) -> str:
        return reverse("owed_postmortems:policy")

    @property
    def audit_key(self) -> str:
        return "postmortem-policy"

    def covers(self, day: date) -> bool:
        return self.applies_from is None or day >= self.applies_from

    def clock_of(self, severity: int) -> tuple[int, int]:
        """Business days for the draft and for publishing."""
        draft, publish = self.clocks[str(severity)]
        return draft, publish


class TrailReading(models.Model):
    """How far the audit trail has been judged, and under which policy. Losing it costs one long look, nothing else."""

    event = models.PositiveBigIntegerField(default=0)
    policy_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="one_trail_reading")]

    def __str__(self) -> str:
        return f"to event {self.event}"
