"""Whether less of a source is worth its price: minutes a week against minutes once.

S = r (B + n c), N = S - M, payback = K / N weeks, net = N (H - L) - K, ROI = net / (K + M (H - L)). Saved time does not
begin before L weeks are over, and is counted for a year at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

HORIZON_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Plan:
    """What is expected. `fraction` r of 0 to 1 goes away; minutes to build it once (K), to keep it up each week (M),
    and of getting back to work after each occurrence (c); `lead_weeks` L until it takes effect."""

    fraction: Fraction
    build_minutes: int
    maintenance_minutes: int = 0
    switch_minutes: int = 0
    lead_weeks: int = 4
    horizon_weeks: int = HORIZON_WEEKS


@dataclass(frozen=True, slots=True)
class Payback:
    """`saved` and `net_weekly` in minutes a week, `net` in minutes over the horizon."""

    saved: Fraction
    net_weekly: Fraction
    net: Fraction
    spent: Fraction
    weeks: Fraction | None

    @property
    def roi(self) -> Fraction | None:
        """Net minutes for each minute spent; None where nothing is spent."""
        return self.net / self.spent if self.spent else None


def payback(minutes: Fraction, occurrences: Fraction, plan: Plan) -> Payback:
    """`minutes` (B) and `occurrences` (n) are those of a week. `weeks` is None when it never pays back."""
    saved = plan.fraction * (minutes + occurrences * plan.switch_minutes)
    net_weekly = saved - plan.maintenance_minutes
    active = max(0, plan.horizon_weeks - plan.lead_weeks)
    return Payback(
        saved=saved,
        net_weekly=net_weekly,
        net=net_weekly * active - plan.build_minutes,
        spent=Fraction(plan.build_minutes + plan.maintenance_minutes * active),
        weeks=plan.build_minutes / net_weekly if net_weekly > 0 else None,
    )
