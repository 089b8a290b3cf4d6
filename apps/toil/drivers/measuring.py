"""The sixth check of a source, measured against what drives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from apps.toil.drivers.growth import Growth, Said, Series, judge_growth, known_weeks, means, windows
from apps.toil.models import Driver, DriverValue, ToilSource
from apps.toil.periods import WEEK, Period
from apps.toil.reductions.weighing import confirmed_share, coverage_by_week, first_days, seconds_by_week


@dataclass(frozen=True, slots=True)
class Measured:
    driver: Driver
    growth: Growth


def measured_growth(source: ToilSource, today: date) -> list[Measured]:
    """Against each driver of the source or of its service, by name; five queries at most, one where there is none."""
    drivers = list(Driver.objects.of_source(source).with_names())
    if not drivers:
        return []
    series = _series(drivers)
    first = first_days([source.pk]).get(source.pk)
    weeks = {row.pk: known_weeks(series[row.pk], first, today) for row in drivers}
    found = {row.pk: windows(weeks[row.pk]) for row in drivers}
    mondays = [monday for pair in found.values() if pair for part in pair for monday in part]
    period = Period(min(mondays), max(mondays) + WEEK) if mondays else Period(today, today)
    seconds = seconds_by_week([source.pk], period)
    minutes = {monday: Fraction(amount, 60) for (_, monday), amount in seconds.items()}
    known = coverage_by_week([source.team_id], period)

    def growth(driver: Driver) -> Growth:
        pair = found[driver.pk]
        if pair is None:
            return Growth(Said.FEW_WEEKS)
        before, after = (
            means(part, series[driver.pk], minutes, confirmed_share(known, source.team_id, part))
            for part in pair
        )
        return judge_growth(before, after)

    return [Measured(row, growth(row)) for row in drivers]


def _series(drivers: list[Driver]) -> dict[int, Series]:
    values: dict[int, dict[date, Decimal]] = {row.pk: {} for row in drivers}
    for pk, day, value in DriverValue.objects.filter(driver__in=drivers).values_list(
        "driver", "day", "value"
    ):
        values[pk][day] = value
    return {pk: Series(found) for pk, found in values.items()}
