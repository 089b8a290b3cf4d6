"""ISO weeks, months and quarters of local dates; every period is half-open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The dates from `start` until before `end`."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days)]

    @property
    def mondays(self) -> list[date]:
        """Of every week that has a day in the period."""
        first = monday_of(self.start)
        return [first + WEEK * n for n in range(-((first - self.end).days // 7))]


EVER = Period(date.min, date.max)


@lru_cache(maxsize=4096)
def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> Period:
    return Period(monday_of(day), monday_of(day) + WEEK)


def week_name(day: date) -> str:
    """2026-W53 for 1 January 2027: the ISO year and week, which are not the calendar's year."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_named(name: str) -> date | None:
    """The Monday of 2026-W10; None when there is no such week, or none that anybody logs in (1970 to 2099)."""
    match = re.fullmatch(r"(19[7-9][0-9]|20[0-9]{2})-W([0-9]{2})", name)
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None


def month_name(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_name(day: date) -> str:
    return f"{day.year}-Q{_quarter(day)}"


def quarter_named(name: str) -> date | None:
    """The first day of 2026-Q1; None when there is no such quarter, or none of these centuries (1970 to 2099)."""
    match = re.fullmatch(r"(19[7-9][0-9]|20[0-9]{2})-Q([1-4])", name)
    return date(int(match[1]), 3 * int(match[2]) - 2, 1) if match else None


def quarter_of(day: date) -> Period:
    first = 3 * _quarter(day) - 2
    end = date(day.year + 1, 1, 1) if first == 10 else date(day.year, first + 3, 1)
    return Period(date(day.year, first, 1), end)


def quarters_until(day: date, count: int) -> list[Period]:
    """The quarter of `day` and those before it, oldest first."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.append(quarter_of(found[-1].start - timedelta(days=1)))
    return found[::-1]


def last_weeks(day: date, count: int) -> Period:
    """The week of `day` and the ones before it, `count` in all."""
    this = week_of(day)
    return Period(this.start - WEEK * (count - 1), this.end)


def _quarter(day: date) -> int:
    return (day.month + 2) // 3
