"""How an organisation leads: which severity whom it hits and how propose, how often each severity is told, and which
roles there are beside the usual ones.

One row, read whole and edited whole. An empty table stands for `SHIPPED`; the first edit stores it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.models import VersionedModel
from apps.incidents.models.role import Role
from apps.incidents.models.status import IncidentKind, IncidentStatus

UNSURE = "unsure"
NOT_SURE = "Not sure"
ONLY_ROW = 1
KEPT_FOR = timedelta(seconds=30)
TOLD_IN = (IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.MITIGATED)

Answer = dict[str, str]  # {"slug": ..., "name": ...}
SHIPPED: dict[str, Any] = {
    "impacts": [
        {"slug": "most", "name": "Most customers"},
        {"slug": "many", "name": "Many customers"},
        {"slug": "few", "name": "A few customers"},
        {"slug": "internal", "name": "Only colleagues"},
    ],
    "conditions": [
        {"slug": "data", "name": "Data is lost, wrong or exposed"},
        {"slug": "down", "name": "It cannot be used"},
        {"slug": "broken", "name": "A main task fails"},
        {"slug": "degraded", "name": "It is slow or fails at times"},
        {"slug": "risk", "name": "It works, and could get worse"},
    ],
    "cells": {
        "most": {"data": 1, "down": 1, "broken": 2, "degraded": 2, "risk": 3},
        "many": {"data": 1, "down": 2, "broken": 2, "degraded": 3, "risk": 4},
        "few": {"data": 2, "down": 3, "broken": 3, "degraded": 3, "risk": 4},
        "internal": {"data": 2, "down": 3, "broken": 3, "degraded": 4, "risk": 4},
    },
    "update_minutes": {"1": 30, "2": 60, "3": 240, "4": None},
    "roles": [],
}


class SeverityPolicyManager(models.Manager["SeverityPolicy"]):
    _kept: tuple[datetime, SeverityPolicy] | None = None

    def current(self) -> SeverityPolicy:
        return self.filter(pk=ONLY_ROW).first() or SeverityPolicy(pk=ONLY_ROW, **SHIPPED)

    def kept(self, now: datetime) -> SeverityPolicy:
        """At most thirty seconds old, so that declaring costs no statement more. Another process may have it longer
        by that much: a cadence that changes this minute counts for an incident declared in the next."""
        kept = self._kept  # read once: another thread may forget it between two looks
        if kept is None or abs(now - kept[0]) > KEPT_FOR:
            kept = self._kept = (now, self.current())
        return kept[1]

    def forget(self) -> None:
        self._kept = None


class SeverityPolicy(VersionedModel):
    """`cells` is {impact: {condition: 1-4}}; `update_minutes` is {"1": minutes or None} for each severity."""

    impacts = models.JSONField()
    conditions = models.JSONField()
    cells = models.JSONField()
    update_minutes = models.JSONField()
    roles = models.JSONField(default=list, blank=True)

    objects = SeverityPolicyManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="one_severity_policy")]

    def __str__(self) -> str:
        return "Severity policy"

    @property
    def audit_key(self) -> str:
        return "severity-policy"

    def propose(self, impact: str, condition: str) -> int:
        """The severity of the cell; where an answer is "unsure", the worst of all that it could be."""
        rows = list(self.cells) if impact == UNSURE else [impact]
        return int(
            min(
                severity
                for row in rows
                for name, severity in self.cells[row].items()
                if condition in (name, UNSURE)
            )
        )

    def name_of(self, axis: str, slug: str) -> str | None:
        """What an answer is called; None for one that is not offered."""
        names = {answer["slug"]: answer["name"] for answer in getattr(self, axis)} | {UNSURE: NOT_SURE}
        return names.get(slug)

    def role_name(self, role: str) -> str | None:
        """What a role is called; None for one that there is not."""
        added = {one["slug"]: one["name"] for one in self.roles}
        return dict(Role.choices).get(role) or added.get(role)

    @property
    def all_roles(self) -> list[str]:
        return [*Role.values, *(one["slug"] for one in self.roles)]

    def minutes_of(self, severity: int) -> int | None:
        minutes: int | None = self.update_minutes.get(str(severity))
        return minutes

    def next_due(self, *, severity: int, kind: str, status: str, since: datetime) -> datetime | None:
        """When the next update is due after one at `since`; None where none is owed. The past is not told again."""
        minutes = self.minutes_of(severity)
        if minutes is None or status not in TOLD_IN or kind == IncidentKind.BACKFILLED:
            return None
        return since + timedelta(minutes=minutes)
