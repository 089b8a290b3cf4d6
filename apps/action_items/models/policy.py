"""What is usual for promises: days by severity and priority, and what follows an end. One row, edited whole."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.action_items.models.choices import Priority
from apps.core.models import VersionedModel
from apps.incidents.models import Severity

ONLY_ROW = 1
NO_INCIDENT = "none"
ORIGINS = (*(str(severity) for severity in Severity.values), NO_INCIDENT)
LONGEST = 366  # days
_USUAL = {"P0": 30, "P1": 30, "P2": 56, "P3": 90}
SHIPPED: dict[str, Any] = {
    "due_days": {origin: _USUAL | ({"P0": 7, "P1": 15} if origin == "1" else {}) for origin in ORIGINS},
    "auto_verify": True,
    "check_after_days": 90,
}
"""Days of SEV1 and SEV2 from PagerDuty's 15 and 30, those of P2 and P3 from Atlassian's 4 and 8 weeks and a quarter."""


class ActionItemPolicyManager(models.Manager["ActionItemPolicy"]):
    def current(self) -> ActionItemPolicy:
        return self.filter(pk=ONLY_ROW).first() or ActionItemPolicy(pk=ONLY_ROW, **SHIPPED)


class ActionItemPolicy(VersionedModel):
    """An empty table stands for `SHIPPED`. `due_days` is {"1": {"P0": days, ...}} for each severity and "none".

    `auto_verify`: P2 and P3 count as verified when they are done. `check_after_days` is how long after that it is
    asked whether something that prevents or detects has helped.
    """

    due_days = models.JSONField()
    auto_verify = models.BooleanField()
    check_after_days = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )

    objects = ActionItemPolicyManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="one_action_item_policy")]

    def __str__(self) -> str:
        return "Action item policy"

    def get_absolute_url(self) -> str:
        return reverse("action_items:policy")

    @property
    def audit_key(self) -> str:
        return "action-item-policy"

    def days_for(self, priority: int, severity: int | None) -> int:
        days: dict[str, int] = self.due_days[str(severity) if severity else NO_INCIDENT]
        return days[Priority(priority).label]
