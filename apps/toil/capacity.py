"""The denominator: exact minutes that a person has for a team on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


class Calendar(Protocol):
    def capacities(self, days: Sequence[date]) -> Mapping[date, int]: ...


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
        minutes = calendars[place.person_id].capacities(list(filter(place.covers, wanted)))
        shares = {count: Decimal(count * place.allocation_pct) / 100 for count in {0, *minutes.values()}}
        for day in filter(place.covers, wanted):
            found[place.person_id, day] += shares[minutes.get(day, 0)]
    return dict(found)
