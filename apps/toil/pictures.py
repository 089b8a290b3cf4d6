"""Charts of toil besides those of a team's page: the days of a week, all teams together, one source by week. Each is
also a file and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncWeek

from apps.core.charts import Bar, Chart, stacked_bars
from apps.core.csvfile import Column
from apps.core.templatetags.times import half_up, hours, pct
from apps.toil.models import TeamWeek, ToilSlice, ToilSource
from apps.toil.models.week import NUMBERS
from apps.toil.number import Number
from apps.toil.periods import Period, week_of

DAY_PARTS = ("Toil", "Other operational work")
RANGE_PARTS = ("At least", "More, if all that nobody confirmed was toil")
SOURCE_WEEKS = 26


def columns_of(first: str, names: Sequence[str]) -> list[Column]:
    """A line for each bar; empty where it has nothing to draw."""

    def part(place: int) -> Column:
        return names[place], lambda bar: None if bar.parts is None else bar.parts[place]

    return [(first, lambda bar: bar.name), *(part(place) for place in range(len(names)))]


def _hours(seconds: int) -> float:
    return float(half_up(Fraction(seconds, 3600)))


def day_bars(week: TeamWeek) -> list[Bar]:
    return [
        Bar(f"{day:%a}", f"{day:%A} {day.day} {day:%B}", [_hours(sums.toil), _hours(sums.ops)])
        for day, sums in week.by_day()
    ]


def day_chart(week: TeamWeek) -> Chart:
    bars = day_bars(week)
    most = max(bars, key=lambda bar: bar.total)
    finding = f"{hours(week.toil_seconds)} of toil in {hours(int(week.capacity_minutes * 60))} of capacity"
    finding += f"; the most work fell on {most.name.split()[0]}." if most.total else "."
    return stacked_bars(
        bars, DAY_PARTS, title=f"Hours by day, {week}", finding=finding, unit=" h", head="Day", height=160
    )


def weeks_together(period: Period) -> dict[date, Number]:
    """{monday: toil of all teams}, sums over sums; one statement."""
    rows = (
        TeamWeek.objects.filter(monday__gte=period.start, monday__lt=period.end).order_by().values("monday")
    )
    sums: Iterable[Any] = rows.annotate(**{f"sum_{name}": Sum(name) for name in NUMBERS})
    return {row["monday"]: TeamWeek(**{name: row[f"sum_{name}"] for name in NUMBERS}).number for row in sums}


def together_bars(known: Mapping[date, Number], period: Period, today: date) -> list[Bar]:
    return [_range(monday, known.get(monday, Number()), today) for monday in period.mondays]


def _range(monday: date, number: Number, today: date) -> Bar:
    week, is_current = monday.isocalendar().week, monday == week_of(today).start
    low, high = number.floor.exact, number.ceiling.exact
    name = f"Week {week}" + " so far" * is_current
    if low is None or high is None:
        return Bar(str(week), name, None, is_current)
    return Bar(str(week), name, [float(half_up(low, 2)), float(half_up(high - low, 2))], is_current)


def together_chart(bars: Sequence[Bar]) -> Chart:
    known = [bar.parts for bar in bars if bar.parts is not None]
    finding = "No week has any capacity."
    if known:
        finding = (
            f"At least {pct(known[0][0])} in the first of {len(bars)} weeks, {pct(known[-1][0])} in the last."
        )
    return stacked_bars(
        bars, RANGE_PARTS, title="Toil of all teams together, by week", finding=finding, height=180
    )


def source_bars(source: ToilSource, period: Period, today: date) -> list[Bar]:
    """Hours of everybody together, by week; one statement."""
    rows = ToilSlice.objects.toil().filter(entry__source=source).between(period.start, period.end).order_by()
    weeks = rows.annotate(monday=TruncWeek("local_date")).values("monday").annotate(n=Sum("attributed"))
    known = {row["monday"]: row["n"] for row in weeks}
    this = week_of(today).start
    return [
        Bar(
            str(number) if number % 2 == 0 else "",
            f"Week {number}" + " so far" * (monday == this),
            [_hours(known.get(monday, 0))],
            monday == this,
        )
        for monday in period.mondays
        for number in [monday.isocalendar().week]
    ]


def source_chart(source: ToilSource, bars: Sequence[Bar]) -> Chart:
    total = sum(bar.total for bar in bars)
    finding = f"{hours(total * 3600)} of everybody together in {len(bars)} weeks."
    return stacked_bars(
        bars, ["Hours"], title=f"{source.name}, by week", finding=finding, unit=" h", height=160
    )
