"""Whether a source grows with its service: minutes a week against a number that drives them, such as hosts.

e = ln(T2/T1) / ln(G2/G1): at 1 twice the hosts are twice the work, well below 1 it scales. T are mean minutes a week of
the first and of the last eight complete weeks of the past year in which both are known, G the driver in the same weeks.
Where the driver hardly moved, or less was confirmed in one of the windows, nothing is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import log

from apps.toil.number import ENOUGH
from apps.toil.periods import WEEK, monday_of
from apps.toil.reductions.effect import COVERAGE_GAP

WINDOW, REACH = 8, 52  # weeks
STALE = timedelta(weeks=13)
"""A value holds until the next one, and no longer than so."""
MOVED = Fraction(1, 10)
"""The least change of a driver that may explain anything."""
LINEAR, SCALING = 0.75, 0.5


class Said(StrEnum):
    """The sixth check, measured; or why it is not."""

    LINEAR = "linear"
    SLOWER = "slower"
    SCALING = "scaling"
    FEW_WEEKS = "few_weeks"
    STILL = "still"
    NOTHING_LOGGED = "nothing_logged"
    UNCONFIRMED = "unconfirmed"


MEASURED = (Said.LINEAR, Said.SLOWER, Said.SCALING)


@dataclass(frozen=True, slots=True)
class Means:
    """Of one window: minutes a week, the driver, and the confirmed share of the team's time (None: it had none)."""

    first: date
    last: date
    minutes: Fraction
    driver: Fraction
    coverage: Fraction | None


@dataclass(frozen=True, slots=True)
class Growth:
    said: Said
    before: Means | None = None
    after: Means | None = None
    elasticity: float | None = None

    @property
    def is_measured(self) -> bool:
        return self.said in MEASURED

    @property
    def grows(self) -> bool | None:
        """The sixth check; None where it is between, or not measured."""
        return {Said.LINEAR: True, Said.SCALING: False}.get(self.said)


def elasticity(minutes: tuple[Fraction, Fraction], driver: tuple[Fraction, Fraction]) -> float:
    """Each (before, after), all above 0, the driver's two different."""
    return log(minutes[1] / minutes[0]) / log(driver[1] / driver[0])


class Series:
    """Dated values of a driver: each holds until the next."""

    def __init__(self, values: Mapping[date, Decimal]) -> None:
        self.days = sorted(values)
        self.values = values

    def on(self, day: date) -> Fraction | None:
        place = bisect_right(self.days, day) - 1
        if place < 0 or day - self.days[place] > STALE:
            return None
        return Fraction(self.values[self.days[place]])


def known_weeks(series: Series, first_logged: date | None, today: date) -> list[date]:
    """Mondays of complete weeks of the past year in which the source was logged already and the driver is known."""
    if first_logged is None:
        return []
    end = monday_of(today)
    begin = max(end - WEEK * REACH, monday_of(first_logged + timedelta(days=6)))
    mondays = [begin + WEEK * n for n in range((end - begin) // WEEK)]
    return [monday for monday in mondays if series.on(_sunday(monday)) is not None]


def _sunday(monday: date) -> date:
    return monday + timedelta(days=6)


def windows(mondays: Sequence[date]) -> tuple[list[date], list[date]] | None:
    """The first and the last eight; None where they would overlap."""
    if len(mondays) < 2 * WINDOW:
        return None
    return list(mondays[:WINDOW]), list(mondays[-WINDOW:])


def means(
    mondays: Sequence[date], series: Series, minutes: Mapping[date, Fraction], coverage: Fraction | None
) -> Means:
    return Means(
        first=mondays[0],
        last=_sunday(mondays[-1]),
        minutes=sum((minutes.get(monday, Fraction(0)) for monday in mondays), Fraction(0)) / len(mondays),
        driver=sum((series.on(_sunday(monday)) or Fraction(0) for monday in mondays), Fraction(0))
        / len(mondays),
        coverage=coverage,
    )


def judge_growth(before: Means, after: Means) -> Growth:
    if not (before.minutes and after.minutes):
        return Growth(Said.NOTHING_LOGGED, before, after)
    if abs(after.driver / before.driver - 1) < MOVED:
        return Growth(Said.STILL, before, after)
    if not _is_covered(before.coverage, after.coverage):
        return Growth(Said.UNCONFIRMED, before, after)
    found = elasticity((before.minutes, after.minutes), (before.driver, after.driver))
    said = Said.LINEAR if found >= LINEAR else Said.SLOWER if found >= SCALING else Said.SCALING
    return Growth(said, before, after, found)


def _is_covered(before: Fraction | None, after: Fraction | None) -> bool:
    if before is None or after is None:
        return False
    return min(before, after) >= ENOUGH and abs(before - after) <= COVERAGE_GAP
