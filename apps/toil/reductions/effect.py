"""Whether there is less of it: weeks before work began against weeks after it was done, guarded twice.

People act after a bad week, so what set it off is left out and medians are compared, not means. Less *logging* must not
look like less toil, and toil that moved next door is not gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median

from apps.toil.number import ENOUGH
from apps.toil.periods import WEEK, monday_of

BASELINE_WEEKS = 8
FIRST_VERDICT, LAST_VERDICT = 4, 12
"""Complete weeks after it was done."""
FEWEST_WEEKS = 4
VERIFIED, PARTIAL = Fraction(8, 10), Fraction(3, 10)
"""Of the reduction that was expected."""
COVERAGE_GAP = Fraction(15, 100)
DISPLACED = Fraction(1, 4)
"""Of the saving, by which its neighbours may grow."""


class Effect(StrEnum):
    VERIFIED = "verified"
    PARTIAL = "partial"
    NOT_REDUCED = "not_reduced"
    REGRESSED = "regressed"
    DISPLACED = "displaced"
    INSUFFICIENT = "insufficient"


class Lack(StrEnum):
    """Why nothing can be said. Less logging comes before a gap between the two: it is the plainer reason."""

    NOTHING_BEFORE = "nothing_before"
    FEW_WEEKS = "few_weeks"
    NO_CAPACITY = "no_capacity"
    UNCONFIRMED_BEFORE = "unconfirmed_before"
    UNCONFIRMED_SINCE = "unconfirmed_since"
    UNLIKE = "unlike"


@dataclass(frozen=True, slots=True)
class Window:
    """Some weeks of one source, oldest first: minutes of each, of its neighbours together, and which share of the
    team's capacity was confirmed (None: it had none)."""

    minutes: list[Fraction]
    neighbours: list[Fraction]
    coverage: Fraction | None

    @property
    def weeks(self) -> int:
        return len(self.minutes)

    @property
    def usual(self) -> Fraction:
        return Fraction(median(self.minutes)) if self.minutes else Fraction(0)

    @property
    def usual_beside(self) -> Fraction:
        return Fraction(median(self.neighbours)) if self.neighbours else Fraction(0)


def baseline(started_on: date, promised_on: date, first_logged: date | None) -> list[date]:
    """Mondays of the eight complete weeks before work began, without the week that set it off, and none before the
    source was logged at all."""
    begin, skipped = monday_of(started_on), monday_of(promised_on)
    found = [begin - WEEK * n for n in range(1, BASELINE_WEEKS + 2) if begin - WEEK * n != skipped]
    known = monday_of(first_logged) if first_logged else begin
    return [monday for monday in reversed(found[:BASELINE_WEEKS]) if monday >= known]


def weeks_after(done_on: date, today: date, most: int = LAST_VERDICT) -> list[date]:
    """Mondays of the complete weeks that begin at least one whole week after it was done."""
    first = monday_of(done_on + timedelta(days=6)) + WEEK
    found = [first + WEEK * n for n in range(most)]
    return [monday for monday in found if monday + WEEK <= today]


def reduction(before: Window, after: Window) -> Fraction | None:
    """The share of the usual week that is gone; None where there was nothing."""
    return 1 - after.usual / before.usual if before.usual else None


def judge(before: Window, after: Window, expected: Fraction, *, earlier: Effect | None = None) -> Effect:
    """`expected` is the planned reduction, of 0 to 1; `earlier` what was said at four weeks."""
    gone = reduction(before, after)
    if gone is None or lack(before, after):
        return Effect.INSUFFICIENT
    if gone < PARTIAL * expected:
        return Effect.REGRESSED if earlier == Effect.VERIFIED else Effect.NOT_REDUCED
    if after.usual_beside - before.usual_beside > DISPLACED * (before.usual - after.usual):
        return Effect.DISPLACED
    return Effect.VERIFIED if gone >= VERIFIED * expected else Effect.PARTIAL


def lack(before: Window, after: Window) -> Lack | None:
    """What is missing for a verdict; None when nothing is."""
    if min(before.weeks, after.weeks) < FEWEST_WEEKS:
        return Lack.FEW_WEEKS
    if not before.usual:
        return Lack.NOTHING_BEFORE
    if before.coverage is None or after.coverage is None:
        return Lack.NO_CAPACITY
    if after.coverage < ENOUGH:
        return Lack.UNCONFIRMED_SINCE
    if before.coverage < ENOUGH:
        return Lack.UNCONFIRMED_BEFORE
    return Lack.UNLIKE if abs(before.coverage - after.coverage) > COVERAGE_GAP else None
