"""What the weeks of one team are made of, read in a fixed number of queries however many weeks there are."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from django.db.models import QuerySet, Sum

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import Membership, Team
from apps.toil.capacity import Capacity, Place, capacity_of
from apps.toil.models import ToilSlice, WeekCheckin, WorkKind
from apps.toil.periods import Period, monday_of
from apps.toil.rollup import Work
from apps.toil.slices import pieces, seconds_inside

Bucket = tuple[int, date, str]  # person, day, category


@dataclass(frozen=True, slots=True)
class Inputs:
    """By monday."""

    work: Mapping[date, list[Work]]
    capacity: Mapping[date, Capacity]
    zones: Mapping[int, tzinfo]
    confirmed: Mapping[date, set[int]]


def load_inputs(team: Team, period: Period) -> Inputs:
    places, zones = _places(team, period)
    calendars = calendars_of({place.person_id for place in places}, period.start, period.end)
    capacity: defaultdict[date, Capacity] = defaultdict(dict)
    for (person, day), minutes in capacity_of(places, calendars, period.days).items():
        capacity[monday_of(day)][person, day] = minutes
    return Inputs(_work(team, period, calendars), capacity, zones, _confirmed(team, period))


def _confirmed(team: Team, period: Period) -> dict[date, set[int]]:
    """Who said that their week is complete."""
    rows = WeekCheckin.objects.filter(team=team, monday__gte=period.start, monday__lt=period.end)
    found: defaultdict[date, set[int]] = defaultdict(set)
    for monday, person in rows.order_by().values_list("monday", "person"):
        found[monday].add(person)
    return found


def _places(team: Team, period: Period) -> tuple[list[Place], dict[int, tzinfo]]:
    rows = Membership.objects.filter(team=team).between(period.start, period.end)
    fields = ("user", "allocation_pct", "valid_from", "valid_to", "counts_capacity", "user__time_zone")
    found = list(rows.values_list(*fields))
    return [Place(*row[:5]) for row in found], {row[0]: zoneinfo.ZoneInfo(row[5]) for row in found}


def _work(team: Team, period: Period, calendars: Mapping[int, PersonCalendar]) -> dict[date, list[Work]]:
    slices = ToilSlice.objects.filter(team=team).between(period.start, period.end).counting()
    out_of_hours = _outside_window(slices.toil(), calendars)
    sums = (
        slices.order_by()
        .values_list("person", "local_date", "entry__kind", "entry__category")
        .annotate(total=Sum("attributed"))
    )
    minutes = {person: calendar.capacities(period.days) for person, calendar in calendars.items()}
    found: defaultdict[date, list[Work]] = defaultdict(list)
    for person, day, kind, category, seconds in sums:
        out = 0
        if kind == WorkKind.TOIL and person in calendars:
            is_free = not minutes[person].get(day)
            out = seconds if is_free else out_of_hours.get((person, day, category), 0)
        found[monday_of(day)].append(Work(person, day, kind, category, seconds, out))
    return found


def _outside_window(
    slices: QuerySet[ToilSlice], calendars: Mapping[int, PersonCalendar]
) -> dict[Bucket, int]:
    """Seconds of intervals outside the person's working window; durations without times count as inside."""
    fields = ("person", "local_date", "entry__category", "attributed", "entry__started_at", "entry__ended_at")
    found: defaultdict[Bucket, int] = defaultdict(int)
    rows = slices.filter(entry__started_at__isnull=False).values_list(*fields, "entry__tz")
    for person, day, category, attributed, start, end, tz in rows:
        window = window_on(calendars.get(person), day)
        if window:
            found[person, day, category] += seconds_outside(day, attributed, (start, end), tz, window)
    return found


def seconds_outside(
    day: date, attributed: int, ends: tuple[datetime, datetime], tz: str, window: tuple[time, time]
) -> int:
    zone = zoneinfo.ZoneInfo(tz)
    piece = next((piece for piece in pieces(*ends, zone) if piece.day == day), None)
    if piece is None:
        return 0
    outside = piece.seconds - seconds_inside(piece, *window, zone)
    return (attributed * outside * 2 + piece.seconds) // (2 * piece.seconds)


def window_on(calendar: PersonCalendar | None, day: date) -> tuple[time, time] | None:
    schedule = calendar.schedule_on(day) if calendar else None
    return (schedule.window_start, schedule.window_end) if schedule else None
