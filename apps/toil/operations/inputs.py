"""What the weeks of teams are made of, read in a fixed number of queries however many teams and weeks there are."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import groupby
from operator import itemgetter

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import Membership
from apps.toil.capacity import Place, members_of
from apps.toil.models import WeekCheckin
from apps.toil.operations.sums import worked
from apps.toil.periods import Period, monday_of
from apps.toil.rollup import WeekTotals, Work, roll_up


@dataclass(slots=True)
class Inputs:
    """Of one team, by monday. `confirmed` are those who said that their week is complete."""

    calendars: Mapping[int, PersonCalendar]
    places: list[Place] = field(default_factory=list)
    zones: dict[int, tzinfo] = field(default_factory=dict)
    confirmed: defaultdict[date, set[int]] = field(default_factory=lambda: defaultdict(set))
    work: Mapping[date, list[Work]] = field(default_factory=dict)

    def totals(self, mondays: Iterable[date], now: datetime) -> Iterator[tuple[date, WeekTotals]]:
        for monday, members in members_of(self.places, self.calendars, mondays).items():
            work = self.work.get(monday, [])
            yield monday, roll_up(monday, work, members, self.zones, self.confirmed[monday], now)


def load_inputs(teams: Collection[int], period: Period) -> Iterator[tuple[int, Inputs]]:
    """Team by team, those without any work last. What was worked streams in, so that one team is held at a time:
    nothing else can be asked of the database in between."""
    found = _people(teams, period)
    for team, rows in groupby(worked(teams, period), key=itemgetter(0)):
        inputs = found.pop(team)
        inputs.work = _by_week(rows)
        yield team, inputs
    yield from found.items()


def _people(teams: Collection[int], period: Period) -> dict[int, Inputs]:
    """All but the work."""
    rows = Membership.objects.filter(team__in=teams).between(period.start, period.end)
    fields = (
        "user",
        "allocation_pct",
        "valid_from",
        "valid_to",
        "counts_capacity",
        "user__time_zone",
        "team",
    )
    places = list(rows.order_by().values_list(*fields))
    calendars = calendars_of({row[0] for row in places}, period.start, period.end)
    found = {team: Inputs(calendars) for team in teams}
    for *place, zone, team in places:
        found[team].places.append(Place(*place))
        found[team].zones[place[0]] = zoneinfo.ZoneInfo(zone)
    checkins = WeekCheckin.objects.filter(team__in=teams, monday__gte=period.start, monday__lt=period.end)
    for team, monday, person in checkins.order_by().values_list("team", "monday", "person"):
        found[team].confirmed[monday].add(person)
    return found


def _by_week(work: Iterable[Work]) -> Mapping[date, list[Work]]:
    found: defaultdict[date, list[Work]] = defaultdict(list)
    for item in work:
        found[monday_of(item[2])].append(item)
    return found
