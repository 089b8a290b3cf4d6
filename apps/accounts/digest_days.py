"""On which days and when a person hears from us. Pure: a person, a calendar and a moment in, days and moments out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from apps.accounts.calendar import PersonCalendar, local_slot

if TYPE_CHECKING:
    from apps.accounts.models import User

DAY_ENDS = time(18)
LEAST_WINDOW = timedelta(hours=4)
WEEKS_AHEAD = 60
MONTHS_AHEAD = 14


def slot(person: User, day: date) -> datetime:
    """When the person's digest of that day goes out."""
    return local_slot(day, person.digest_at, person.zone)


def closes_at(person: User, day: date) -> datetime:
    """When that day's digest is no longer worth sending: in the evening, or some hours after a late slot."""
    return max(local_slot(day, DAY_ENDS, person.zone), slot(person, day) + LEAST_WINDOW)


def open_day(person: User, now: datetime) -> date:
    """The person's today, or tomorrow once today's digest is closed."""
    today = now.astimezone(person.zone).date()
    return today if now < closes_at(person, today) else today + timedelta(days=1)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_working_day(calendar: PersonCalendar, monday: date) -> date | None:
    """Of the week that begins on `monday`; None when the person does not work in it."""
    return next(filter(calendar.is_working_day, (monday + timedelta(days=n) for n in range(7))), None)


def weekly_days(calendar: PersonCalendar, *, after: date, first: date) -> Iterator[date]:
    """The first working day of every week after that of `after`; they begin in the week of `first`."""
    monday = max(monday_of(after) + timedelta(weeks=1), monday_of(first))
    for week in range(WEEKS_AHEAD):
        day = first_working_day(calendar, monday + timedelta(weeks=week))
        if day:
            yield day


def monthly_days(calendar: PersonCalendar, *, after: date) -> Iterator[date]:
    """The first working day of every month after that of `after`."""
    for month in range(MONTHS_AHEAD):
        year, index = divmod(after.year * 12 + after.month + month, 12)
        yield calendar.working_day_on_or_after(date(year, index + 1, 1))
