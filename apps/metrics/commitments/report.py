"""All figures of commitments of a period, with every interval asked for at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.metrics.commitments.ages import age_panel
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.dates import dates_panel
from apps.metrics.commitments.ends import ends_panel
from apps.metrics.commitments.flow import flow_panel
from apps.metrics.commitments.groups import groups_panel
from apps.metrics.commitments.reading import read
from apps.metrics.commitments.scope import Scope
from apps.metrics.commitments.slips import slips_panel
from apps.metrics.figures import Panel
from apps.metrics.intervals.asking import Asking

PANELS: dict[str, Callable[[Basis], Panel]] = {
    "flow": flow_panel,
    "dates": dates_panel,
    "age": age_panel,
    "slips": slips_panel,
    "ends": ends_panel,
    "groups": groups_panel,
}


@dataclass(frozen=True, slots=True)
class Commitments:
    scope: Scope
    counted: int  # open at some time of the period
    panels: list[Panel]


def commitments(scope: Scope) -> Commitments:
    """Raises NoAnswer when the intervals cannot be had."""
    asking = Asking()
    basis = Basis(scope, read(scope), asking)
    panels = [panel(basis) for panel in PANELS.values()]
    asking.answer()
    return Commitments(scope, basis.counted, panels)
