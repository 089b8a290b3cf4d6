"""Who a team has, from weeks back to days to come: asked once for all that a page says of people and their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import Membership, Team
from apps.core.prepared import Prepared
from apps.toil.capacity import Place, capacity_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.toil.periods import Period

PLACES = Prepared(
    lambda team, start, end: (
        Membership.objects.filter(team=team)
        .between(start, end)
        .order_by()
        .values_list("user", "allocation_pct", "valid_from", "valid_to", "counts_capacity")
    )
)


@dataclass
class Staff:
    """Of a team in a period; what is asked of it lies inside. One statement for the places, and two or three for the
    calendars of their people, each once and when it is needed."""

    team: Team
    period: Period

    @cached_property
    def places(self) -> list[Place]:
        return [Place(*row) for row in PLACES.rows(self.team.pk, self.period.start, self.period.end)]

    @cached_property
    def calendars(self) -> dict[int, PersonCalendar]:
        people = {place.person_id for place in self.places}
        return calendars_of(people, self.period.start, self.period.end)

    def engineers_on(self, day: date) -> int:
        """How many people count for the team on this day."""
        return len({place.person_id for place in self.places if place.counts_capacity and place.covers(day)})

    def minutes(self, period: Period) -> Decimal:
        """What the team has on the days of the period, by what is known today."""
        return sum(self._minutes(self.places, period).values(), Decimal(0))

    def minutes_of(self, person_id: int, period: Period) -> dict[date, Decimal]:
        """Of one person, on the days on which they count for the team."""
        own = [place for place in self.places if place.person_id == person_id]
        return {day: minutes for (_, day), minutes in self._minutes(own, period).items()}

    def _minutes(self, places: Iterable[Place], period: Period) -> dict[tuple[int, date], Decimal]:
        """Nobody's calendar is asked for where nobody has a place."""
        rows = list(places)
        return capacity_of(rows, self.calendars, period.days) if rows else {}
