"""The denominator: exact minutes that a person has for a team on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from apps.toil.periods import WEEK, monday_of

FULL = 100  # percent; an allocation is a whole number of them, so minutes x percent are hundredths of minutes


class Calendar(Protocol):
    def weeks(self, mondays: Iterable[date]) -> Mapping[date, Sequence[int]]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A dated membership of one team, as plain values."""

    person_id: int
    allocation_pct: int
    valid_from: date
    valid_to: date | None
    counts_capacity: bool = True

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def touches(self, monday: date) -> bool:
        return self.valid_from < monday + WEEK and (self.valid_to is None or monday < self.valid_to)

    def days_of(self, monday: date) -> tuple[bool, ...]:
        """Which of the seven days it covers."""
        if self.valid_from <= monday and (self.valid_to is None or monday + WEEK <= self.valid_to):
            return WHOLE
        return tuple(self.covers(monday + timedelta(days=n)) for n in range(7))


WHOLE = (True,) * 7


class PersonWeek(NamedTuple):
    """Seven days of a person in a team. On a day on which the person is not `here` they are a guest."""

    here: tuple[bool, ...]
    hundredths: tuple[int, ...]
    """Of minutes; also 0 on leave."""
    seconds: tuple[int, ...]
    """The same as whole seconds: what such a day may hold."""


Members = dict[int, PersonWeek]
"""Who counts for a team on at least one day of a week."""


def members_of(
    places: Iterable[Place], calendars: Mapping[int, Calendar], mondays: Iterable[date]
) -> dict[date, Members]:
    found: dict[date, Members] = {monday: {} for monday in sorted(mondays)}
    for place in places:
        if place.counts_capacity:
            weeks = calendars[place.person_id].weeks(filter(place.touches, found))
            for monday, minutes in weeks.items():
                week = _week(place.days_of(monday), tuple(minutes), place.allocation_pct)
                other = found[monday].get(place.person_id)
                found[monday][place.person_id] = _both(week, other) if other else week
    return found


@lru_cache(maxsize=4096)
def _week(here: tuple[bool, ...], minutes: tuple[int, ...], percent: int) -> PersonWeek:
    """Most weeks of most people are alike."""
    return _of(here, (count * percent * counts for count, counts in zip(minutes, here, strict=True)))


def _of(here: tuple[bool, ...], hundredths: Iterable[int]) -> PersonWeek:
    days = tuple(hundredths)
    return PersonWeek(here, days, tuple(count * 60 // FULL for count in days))


def _both(one: PersonWeek, other: PersonWeek) -> PersonWeek:
    """Another allocation from a day of the week on."""
    here = tuple(map(max, one.here, other.here))
    return _of(here, map(sum, zip(one.hundredths, other.hundredths, strict=True)))


Capacity = dict[tuple[int, date], Decimal]


def capacity_of(places: Iterable[Place], calendars: Mapping[int, Calendar], days: Iterable[date]) -> Capacity:
    """Minutes by person and day. A pair is present when the person counts for the team on that day, also with
    0 minutes (leave): whoever is absent from the mapping is a guest."""
    wanted = list(days)
    members = members_of(places, calendars, set(map(monday_of, wanted)))
    return {
        (person, day): Decimal(week.hundredths[day.weekday()]) / FULL
        for day in wanted
        for person, week in members[monday_of(day)].items()
        if week.here[day.weekday()]
    }
