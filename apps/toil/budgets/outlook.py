"""Where a team's share is going, as far as that can be said: the slope after Theil and Sen, the median of the slopes
between all pairs of weeks, which a few odd weeks do not bend. Weeks in which less than 70 % is confirmed say nothing.

Whether it goes anywhere at all is asked of the signs of the same pairs, after Mann and Kendall, one-sided at 5 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import ceil, sqrt
from statistics import median

from apps.accounts.models import Team
from apps.toil.figures import judged
from apps.toil.models import TeamWeek
from apps.toil.models.week import DatedWeek
from apps.toil.number import ENOUGH, Number
from apps.toil.periods import WEEK

LOOKED_AT, NEEDED = 12, 8
"""Of the last final weeks, and how many of them must be known well enough."""
CLEAR = 1.645
FURTHEST = 52
Point = tuple[int, Fraction]


class Way(StrEnum):
    UNKNOWN = "unknown"
    STEADY = "steady"
    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Week:
    """A final week: what the cap is about."""

    monday: date
    number: Number


@dataclass(frozen=True, slots=True)
class Outlook:
    """`slope` in percentage points a week, `now` the share of the last week on that line. `known` of `looked_at` weeks
    are confirmed well enough. `weeks_to_cap` is None where the line does not meet the cap within a year, or where
    nothing is said."""

    way: Way
    known: int
    looked_at: int
    last: date | None = None
    slope: Fraction = Fraction(0)
    now: Fraction | None = None
    weeks_to_cap: Fraction | None = None

    @property
    def meets_cap_on(self) -> date | None:
        """The Monday of the week."""
        if self.weeks_to_cap is None or self.last is None:
            return None
        return self.last + WEEK * ceil(self.weeks_to_cap)

    def is_over(self, cap: Decimal) -> bool:
        return self.now is not None and self.now > cap

    @property
    def weeks(self) -> int | None:
        return None if self.weeks_to_cap is None else ceil(self.weeks_to_cap)


def theil_sen(points: Sequence[Point]) -> tuple[Fraction, Fraction]:
    """Slope and intercept; needs two points at least, all at different places."""
    slope = median((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2))
    return slope, median(y - slope * x for x, y in points)


def is_clear(points: Sequence[Point]) -> bool:
    """Whether it rises, or falls, more than chance would have it."""
    n = len(points)
    sign = sum((b[1] > a[1]) - (b[1] < a[1]) for a, b in combinations(points, 2))
    return (abs(sign) - 1) / sqrt(n * (n - 1) * (2 * n + 5) / 18) >= CLEAR


def outlook(weeks: Sequence[Week], cap: Fraction) -> Outlook:
    """`weeks` are final and oldest first; the last twelve are looked at."""
    looked_at = weeks[-LOOKED_AT:]
    points = [point for week in looked_at if (point := _point(week, looked_at[0].monday))]
    if len(points) < NEEDED:
        return Outlook(Way.UNKNOWN, len(points), len(looked_at))
    slope, start = theil_sen(points)
    last = looked_at[-1].monday
    now = start + slope * ((last - looked_at[0].monday) // WEEK)
    counted = {"known": len(points), "looked_at": len(looked_at), "last": last, "now": now, "slope": slope}
    if not slope or not is_clear(points):
        return Outlook(Way.STEADY, **counted)  # type: ignore[arg-type]
    way = Way.RISING if slope > 0 else Way.FALLING
    return Outlook(way, **counted, weeks_to_cap=_until(now, cap, slope))  # type: ignore[arg-type]


def outlook_of(team: Team, weeks: Iterable[TeamWeek | DatedWeek]) -> Outlook:
    """Of what the team's cap is about; `weeks` are stored ones, oldest first."""
    final = [Week(week.monday, judged(team, week)) for week in weeks if week.is_final]
    return outlook(final, Fraction(team.toil_cap_pct))


def _point(week: Week, first: date) -> Point | None:
    share, coverage = week.number.floor.exact, week.number.coverage
    if share is None or coverage is None or coverage < 100 * ENOUGH:
        return None
    return (week.monday - first) // WEEK, share


def _until(now: Fraction, cap: Fraction, slope: Fraction) -> Fraction | None:
    weeks = (cap - now) / slope
    return weeks if 0 < weeks <= FURTHEST else None
