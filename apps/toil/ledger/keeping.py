"""Planned against measured, week by week and summed up by quarter.

A plan enters once there is a verdict, with the complete weeks that begin a week after it was done, for a year at
most. A week is planned to save what the plan expected of its usual week, less the upkeep; it is measured to have saved
the usual week before less what was logged in it, less the upkeep. Measured weeks count only of plans that are verified,
at least in part, and only where 70 % of the team's time is confirmed: less logging saves nothing. Minutes lost around
each occurrence are left out of both, since nobody logs them. A week belongs to the quarter of its Monday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from apps.toil.models import Reduction
from apps.toil.number import ENOUGH
from apps.toil.periods import WEEK, Period, quarter_name
from apps.toil.reductions.effect import Effect, weeks_after
from apps.toil.reductions.payback import HORIZON_WEEKS
from apps.toil.reductions.weighing import (
    Result,
    confirmed_share,
    coverage_by_week,
    results_of,
    seconds_by_week,
)

COUNTED = (Effect.VERIFIED, Effect.PARTIAL)


@dataclass(slots=True)
class Sums:
    """Minutes, and how many weeks stand behind them; `unknown` weeks are planned, but too little of them is
    confirmed."""

    planned: Fraction = Fraction(0)
    measured: Fraction = Fraction(0)
    weeks: int = 0
    unknown: int = 0

    def add(self, other: Sums) -> None:
        self.planned += other.planned
        self.measured += other.measured
        self.weeks += other.weeks
        self.unknown += other.unknown


@dataclass(slots=True)
class Account:
    """One plan: all of its weeks, and by quarter."""

    plan: Reduction
    result: Result
    whole: Sums = field(default_factory=Sums)
    quarters: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))

    @property
    def is_counted(self) -> bool:
        return self.result.effect in COUNTED

    def enter(self, monday: date, week: Sums) -> None:
        self.whole.add(week)
        self.quarters[quarter_name(monday)].add(week)


@dataclass(frozen=True, slots=True)
class Ledger:
    """`accounts` in the order of the plans; `quarters` from the first week to the present, oldest first."""

    accounts: list[Account]
    quarters: dict[str, Sums]
    running: str

    @property
    def counted(self) -> int:
        """How many plans are verified, at least in part."""
        return sum(row.is_counted for row in self.accounts)

    @property
    def whole(self) -> Sums:
        found = Sums()
        for sums in self.quarters.values():
            found.add(sums)
        return found


def ledger_of(plans: Sequence[Reduction], today: date) -> Ledger:
    """Of those that are done; six queries, however many."""
    done = [row for row in plans if row.done_on]
    return ledger_from(done, results_of(done, today), today)


def ledger_from(done: Sequence[Reduction], results: Mapping[int, Result], today: date) -> Ledger:
    """The same where it is known already what came of them; two queries."""
    accounts = [Account(row, found) for row in done if (found := results[row.pk]).effect]
    mondays = {row.plan.pk: _mondays(row.plan, today) for row in accounts}
    _fill(accounts, mondays)
    return Ledger(accounts, _quarters(accounts), quarter_name(today))


def _mondays(plan: Reduction, today: date) -> list[date]:
    return weeks_after(plan.done_on, today, HORIZON_WEEKS) if plan.done_on else []


def _fill(accounts: Sequence[Account], mondays: dict[int, list[date]]) -> None:
    days = [monday for found in mondays.values() for monday in found]
    if not days:
        return
    period = Period(min(days), max(days) + WEEK)
    seconds = seconds_by_week({row.plan.source_id for row in accounts}, period)
    known = coverage_by_week({row.plan.source.team_id for row in accounts}, period)
    for row in accounts:
        for monday in mondays[row.plan.pk]:
            minutes = Fraction(seconds.get((row.plan.source_id, monday), 0), 60)
            confirmed = confirmed_share(known, row.plan.source.team_id, [monday])
            row.enter(monday, _week(row, minutes, is_known=confirmed is not None and confirmed >= ENOUGH))


def _week(row: Account, minutes: Fraction, *, is_known: bool) -> Sums:
    upkeep = row.plan.maintenance_minutes
    saved = row.result.before.usual - minutes - upkeep
    return Sums(
        planned=row.plan.plan.fraction * row.plan.weekly_minutes - upkeep,
        measured=saved if row.is_counted and is_known else Fraction(0),
        weeks=1,
        unknown=not is_known,
    )


def _quarters(accounts: Sequence[Account]) -> dict[str, Sums]:
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for row in accounts:
        for name, sums in row.quarters.items():
            found[name].add(sums)
    return dict(sorted(found.items()))
