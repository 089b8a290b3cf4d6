"""The denominator: exact minutes that a person has for a team on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


class Calendar(Protocol):
    def capacity_minutes(self, day: date) -> int: ...


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


Capacity = dict[tuple[int, date], Decimal]


def capacity_of(places: Iterable[Place], calendars: Mapping[int, Calendar], days: Iterable[date]) -> Capacity:
    """Minutes by person and day. A pair is present when the person counts for the team on that day, also with
    0 minutes (leave): whoever is absent from the mapping is a guest."""
    wanted = list(days)
    found: defaultdict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for place in places:
        if not place.counts_capacity:
            continue
        for day in filter(place.covers, wanted):
            minutes = calendars[place.person_id].capacity_minutes(day)
            found[place.person_id, day] += Decimal(minutes * place.allocation_pct) / 100
    return dict(found)
