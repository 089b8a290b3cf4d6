"""When somebody is reminded of their weekly check-in. Pure: days and weeks in, moments and weeks out.

In teams that want it, at 15:00 of the person's last working day of the week (T1: then the check-in is open) and at
10:00 of the first one of the next week, while the week is not confirmed (T2). None for a week without capacity. Who
left the last two weeks of which they were reminded without a check-in is asked once in four weeks from then on, until
they confirm one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from apps.accounts.calendar import PersonCalendar, local_slot
from apps.accounts.digest_days import DAY_ENDS, first_working_day
from apps.toil.periods import WEEK, monday_of

T1, T2 = 1, 2
AT = {T1: time(15), T2: time(10)}
IGNORED = 2  # weeks
SELDOM = 4 * WEEK


@dataclass(frozen=True, slots=True)
class Occasion:
    """The mail about the week of `monday` whose turn it is, from `begins` until before `ends`."""

    monday: date
    which: int
    begins: datetime
    ends: datetime


def occasion_of(calendar: PersonCalendar, zone: tzinfo, now: datetime) -> Occasion | None:
    """None outside the hours of a reminder, and for a week in which the person had no capacity."""
    today = now.astimezone(zone).date()
    monday = monday_of(today)
    last = _last_working_day(calendar, monday)
    if today == last:
        found = _at(today, monday, T1, zone)
        if found.begins <= now < found.ends:
            return found
    if today == first_working_day(calendar, monday) and _last_working_day(calendar, monday - WEEK):
        found = _at(today, monday - WEEK, T2, zone)
        return found if found.begins <= now < found.ends else None
    return None


def is_wanted(occasion: Occasion, reminded: Collection[date], confirmed: Collection[date]) -> bool:
    """`reminded` are the weeks of which the person was reminded lately, `confirmed` those with a check-in of theirs."""
    before = sorted((monday for monday in reminded if monday < occasion.monday), reverse=True)[:IGNORED]
    if len(before) < IGNORED or any(monday in confirmed for monday in before):
        return True
    return occasion.which == T1 and occasion.monday - before[0] >= SELDOM


def _at(day: date, monday: date, which: int, zone: tzinfo) -> Occasion:
    return Occasion(monday, which, local_slot(day, AT[which], zone), local_slot(day, DAY_ENDS, zone))


def _last_working_day(calendar: PersonCalendar, monday: date) -> date | None:
    days = (monday + WEEK / 7 * n for n in range(6, -1, -1))
    return next((day for day in days if calendar.capacity_minutes(day) > 0), None)
