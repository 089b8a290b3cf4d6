"""What people say they spend on toil, once a quarter, beside what is logged. Pure.

Three series stand beside each other and are never merged: the log, the survey, and tickets times the usual minutes.
That they disagree is a finding by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median

from apps.toil.percent import Share
from apps.toil.periods import WEEK, Period, monday_of, quarter_of, quarters_until

FEWEST = 4
"""Answers. Fewer would say who said what."""
ASKED_WEEKS = 4
LOW, HIGH = Fraction(75, 100), Fraction(125, 100)


@dataclass(frozen=True, slots=True)
class Season:
    """The survey of one quarter: open from a Monday two weeks before the quarter's last until its last day, about the
    four weeks before that Monday. Dates are the answering person's own."""

    quarter: Period

    @property
    def opens_on(self) -> date:
        return monday_of(self.quarter.last) - 2 * WEEK

    @property
    def about(self) -> Period:
        return Period(self.opens_on - ASKED_WEEKS * WEEK, self.opens_on)

    def is_open_on(self, day: date) -> bool:
        return self.opens_on <= day < self.quarter.end

    def is_over_everywhere(self, day: date) -> bool:
        """Whatever zone `day` is of: two calendars are never further apart than a day and two hours."""
        return day > self.quarter.end + timedelta(days=1)


def season_of(day: date) -> Season:
    """The one that is open, or opens next."""
    return Season(quarter_of(day))


def seasons_until(day: date, count: int) -> list[Season]:
    """Newest first."""
    return [Season(quarter) for quarter in quarters_until(day, count)[::-1]]


def next_opening(day: date) -> date:
    """When the next survey opens: that of this quarter, or of the next."""
    season = season_of(day)
    return season.opens_on if day < season.opens_on else Season(quarter_of(season.quarter.end)).opens_on


class Reading(StrEnum):
    """What log ÷ survey says."""

    UNDER_LOGGED = "under_logged"
    ALIKE = "alike"
    UNLIKE = "unlike"


@dataclass(frozen=True, slots=True)
class Answer:
    """A share in percent, weighed by what its person had for the team."""

    share_pct: int
    minutes: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """Of `n` answers. `mean` is weighted by capacity, the rest is not; all None without answers."""

    n: int
    mean: Fraction | None
    median: Fraction | None
    lowest: int | None
    highest: int | None

    @property
    def is_shown(self) -> bool:
        return self.n >= FEWEST


def result_of(answers: Sequence[Answer]) -> Result:
    weight = sum((answer.minutes for answer in answers), Decimal(0))
    said = sum((answer.share_pct * answer.minutes for answer in answers), Decimal(0))
    shares = [answer.share_pct for answer in answers]
    return Result(
        n=len(answers),
        mean=Fraction(said) / Fraction(weight) if weight else None,
        median=Fraction(median(shares)) if shares else None,
        lowest=min(shares, default=None),
        highest=max(shares, default=None),
    )


def ratio(logged: Share, result: Result) -> Fraction | None:
    """Log ÷ survey; None where one of them says nothing, or the survey says zero."""
    exact = logged.exact
    return None if exact is None or not result.mean else exact / result.mean


def reading_of(value: Fraction | None) -> Reading | None:
    """Compared exactly: the thresholds themselves are still alike."""
    if value is None:
        return None
    return Reading.UNDER_LOGGED if value < LOW else Reading.UNLIKE if value > HIGH else Reading.ALIKE


def estimate_seconds(count: int, usual_seconds: Fraction) -> Fraction:
    """So many tickets, each of the source's median time: an estimate, and in no percentage."""
    return count * usual_seconds
