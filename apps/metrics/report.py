"""All panels of a period, put together, with every interval asked for at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apps.metrics.cases import Scope, read_cases
from apps.metrics.figures import Panel
from apps.metrics.intervals.asking import Asking
from apps.metrics.panels.basis import Basis
from apps.metrics.panels.coordination import coordination_panel
from apps.metrics.panels.durations import durations_panel
from apps.metrics.panels.frequency import frequency_panel
from apps.metrics.panels.impact import impact_panel
from apps.metrics.panels.learning import learning_panel
from apps.metrics.panels.phases import phases_panel
from apps.metrics.panels.quality import quality_panel
from apps.metrics.panels.shares import shares_panel

PANELS: dict[str, Callable[[Basis], Panel]] = {
    "quality": quality_panel,
    "frequency": frequency_panel,
    "durations": durations_panel,
    "shares": shares_panel,
    "impact": impact_panel,
    "coordination": coordination_panel,
    "phases": phases_panel,
    "learning": learning_panel,
}


@dataclass(frozen=True, slots=True)
class Report:
    scope: Scope
    now: datetime
    counted: int
    panels: list[Panel]


def report(scope: Scope, now: datetime, names: tuple[str, ...] = tuple(PANELS)) -> Report:
    """Raises ValidationError when there are too many incidents, NoAnswer when the intervals cannot be had."""
    asking = Asking()
    cases = read_cases(scope)
    basis = Basis(scope, cases, now, asking)
    panels = [PANELS[name](basis) for name in names]
    asking.answer()
    return Report(scope, now, len(cases.now), panels)
