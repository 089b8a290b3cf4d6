"""When a timer has run for longer than somebody plausibly worked, and what to offer then instead of a guess."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from apps.accounts.calendar import calendars_of, local_slot
from apps.accounts.models import User
from apps.toil.models import ToilEntry
from apps.toil.slices import elapsed_seconds

LONGEST = timedelta(hours=4)
GRACE = timedelta(minutes=30)


def reviewed_from(person: User, started_at: datetime, zone: tzinfo) -> datetime:
    """After four hours, or half an hour after the end of the working day it began in, whichever is first: what is
    stopped later waits for a review. Work that begins after hours has its four hours. Two queries, or three."""
    ends = _end_of_day(person, started_at, zone)
    limits = [started_at + LONGEST]
    return min(limits if ends is None else [*limits, ends + GRACE])


def offered_seconds(entry: ToilEntry) -> int:
    """Of an interval that waits for a review: until the end of the working day, or half an hour where none ends."""
    if entry.started_at is None:
        return entry.seconds
    ends = _end_of_day(entry.person, entry.started_at, entry.zone)
    until = ends or entry.started_at + GRACE
    return min(elapsed_seconds(entry.started_at, until), int(LONGEST.total_seconds()), entry.seconds)


def _end_of_day(person: User, started_at: datetime, zone: tzinfo) -> datetime | None:
    """When the working day ends in which it began; None when it began outside of any."""
    day = started_at.astimezone(zone).date()
    calendar = calendars_of([person.pk], day, day + timedelta(days=1))[person.pk]
    schedule = calendar.schedule_on(day)
    if schedule is None or not calendar.capacity_minutes(day):
        return None
    ends = local_slot(day, schedule.window_end, zone)
    return ends if ends > started_at else None
