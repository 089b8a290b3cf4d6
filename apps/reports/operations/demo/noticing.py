"""What people say of an incident once it is over: who noticed first, and what it took."""

from __future__ import annotations

from typing import Any

from apps.incidents.models import DetectedBy, IncidentKind
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.cast import SETTLEMENT_PLOT

DATA_LOST, REVERTED = 0.03, 0.3


def known_of(stage: Stage, case: Case) -> dict[str, Any]:
    """The incident's columns; the same whenever it is asked."""
    if not case.is_over or case.plan.kind != IncidentKind.REAL:
        return {}
    chance = stage.chance(f"known of {case.key}")
    return {
        "detected_by": _detected_by(case, chance).value,
        "data_lost": chance.happens(DATA_LOST),
        "was_reverted": chance.happens(REVERTED),
    }


def _detected_by(case: Case, chance: Chance) -> DetectedBy:
    """As the story of the incident tells it, where it does."""
    if case.plan.plot is SETTLEMENT_PLOT:
        return DetectedBy.CUSTOMER
    return chance.weighted(tuple(DetectedBy), (7, 2, 1))
