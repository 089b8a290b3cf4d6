"""Where a team stands against its cap, closed week by closed week. Pure: sums in, levels out, nothing rounded.

Toil is spiky, so one week over the cap is only a note. Four weeks together over it are a warning, thirteen a breach; a
level is left when four weeks together have been five points below the cap, for four weeks in a row. What those who
confirmed report says the same with "probably", once they are 70% of the capacity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import models

from apps.toil.number import ENOUGH, Number, Verdict, add_up
from apps.toil.percent import Share

SHORT, LONG = 4, 13
CALM_POINTS = Decimal(5)
CALM_WEEKS = 4
THIN = Fraction(60)
"""Percent of the capacity. Less of it confirmed two weeks running is told to the leads."""
THIN_WEEKS = 2
OVER = {Verdict.LIKELY, Verdict.BREACH}


class Level(models.TextChoices):
    WITHIN = "within", "Within the cap"
    LIKELY_WARN = "likely_warn", "Probably over the cap"
    WARN = "warn", "Over the cap"
    LIKELY_BREACH = "likely_breach", "Probably over the cap for a quarter"
    BREACH = "breach", "Over the cap for a quarter"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def is_likely(self) -> bool:
        return self in {Level.LIKELY_WARN, Level.LIKELY_BREACH}


@dataclass(frozen=True, slots=True)
class Standing:
    """After a closed week. `short` and `long` are None until there are so many weeks. `calm` and `quiet` count the
    weeks in a row in which the short sum lay well below the cap: by what is logged, and by the best that is known."""

    monday: date
    week: Number
    short: Number | None = None
    long: Number | None = None
    level: Level = Level.WITHIN
    calm: int = 0
    quiet: int = 0
    is_armed: bool = True
    low_weeks: int = 0

    @property
    def is_thin(self) -> bool:
        return self.low_weeks >= THIN_WEEKS


def walk(weeks: Iterable[tuple[date, Number]], cap: Decimal) -> list[Standing]:
    """The standing after each of these weeks, which follow each other. Weeks before the first with any capacity say
    nothing: the team was not there."""
    known = list(weeks)
    while known and not known[0][1].capacity_minutes:
        known.pop(0)
    found: list[Standing] = []
    for place, (monday, number) in enumerate(known):
        before = found[-1] if found else Standing(monday, number)
        sums = [_window(known[: place + 1], count) for count in (SHORT, LONG)]
        found.append(_next(replace(before, monday=monday, week=number, short=sums[0], long=sums[1]), cap))
    return found


def _window(known: Sequence[tuple[date, Number]], count: int) -> Number | None:
    return add_up(number for _, number in known[-count:]) if len(known) >= count else None


def _next(now: Standing, cap: Decimal) -> Standing:
    """`now` has this week's sums and what the week before left."""
    now = replace(now, low_weeks=_low_weeks(now))
    if now.short is None or not now.short.capacity_minutes:  # nobody was there: nothing is learnt
        return now
    now = replace(
        now,
        calm=now.calm + 1 if _is_calm(now.short.floor, cap) else 0,
        quiet=now.quiet + 1 if _is_calm(best_known(now.short), cap) else 0,
        is_armed=now.is_armed or not _is_over(now.long, cap),
    )
    raised = _raised(now, cap)
    if raised.rank > now.level.rank:
        return replace(now, level=raised)
    if now.level != Level.WITHIN and (now.quiet if now.level.is_likely else now.calm) >= CALM_WEEKS:
        left = replace(now, is_armed=not _is_over(now.long, cap))
        return replace(left, level=_raised(left, cap))
    return now


def _raised(now: Standing, cap: Decimal) -> Level:
    """What the sums say by themselves. A breach that was left is not raised again by the weeks that made it: `is_armed`
    comes back with the long sum below the cap, or with the short one above it."""
    short = _verdict(now.short, cap)
    long = _verdict(now.long, cap) if now.is_armed or short in OVER else Verdict.WITHIN
    said = {
        Level.BREACH: long == Verdict.BREACH,
        Level.LIKELY_BREACH: long == Verdict.LIKELY,
        Level.WARN: short == Verdict.BREACH,
        Level.LIKELY_WARN: short == Verdict.LIKELY,
    }
    return next((level for level, holds in said.items() if holds), Level.WITHIN)


def _verdict(sums: Number | None, cap: Decimal) -> Verdict:
    return Verdict.NO_CAPACITY if sums is None else sums.verdict(cap)


def _is_over(sums: Number | None, cap: Decimal) -> bool:
    return _verdict(sums, cap) in OVER


def _is_calm(share: Share, cap: Decimal) -> bool:
    exact = share.exact
    return exact is not None and exact < Fraction(cap - CALM_POINTS)


def best_known(sums: Number) -> Share:
    """What is reported once enough is confirmed, else what is logged."""
    return sums.reported if (sums.coverage or 0) >= 100 * ENOUGH else sums.floor


def _low_weeks(now: Standing) -> int:
    coverage = now.week.coverage
    if coverage is None:
        return now.low_weeks
    return now.low_weeks + 1 if coverage < THIN else 0
