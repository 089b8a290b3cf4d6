"""Which stored weeks are behind. A mark is written in the transaction of the change that makes it true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import CapacityChange, Membership, Team, User
from apps.toil.models import DirtyWeek, TeamWeek, ToilSlice
from apps.toil.periods import WEEK, Period, last_weeks, monday_of

Weeks = set[tuple[int, date]]
KEPT_WEEKS = 105  # two years: further back a week is stored only when something was logged in it
BATCH = 500
FURTHEST_AHEAD = timedelta(hours=14)  # where the next week begins first


def mark_weeks(weeks: Weeks, by: User | None = None) -> None:
    """`by` is who changed what the weeks are made of; None when it was somebody's working time, or the clock."""
    DirtyWeek.objects.bulk_create(
        DirtyWeek(team_id=team, monday=monday, by=by) for team, monday in sorted(weeks)
    )


def weeks_of_slices(slices: Iterable[ToilSlice]) -> Weeks:
    return {(row.team_id, monday_of(row.local_date)) for row in slices}


def kept_weeks(now: datetime) -> Period:
    """The weeks in which every team has a row, so that silence shows as capacity without toil."""
    return last_weeks((now + FURTHEST_AHEAD).date(), KEPT_WEEKS)


@transaction.atomic
def mark_capacity_changes(now: datetime) -> int:
    """Turn changes of people's capacity into marks on the weeks of their teams. Any number may run at once."""
    changes = list(CapacityChange.objects.order_by("pk")[:BATCH])
    if not changes:
        return 0
    mark_weeks(_weeks_touched(changes, now))
    CapacityChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _weeks_touched(changes: list[CapacityChange], now: datetime) -> Weeks:
    people = {change.user_id for change in changes}
    teams: dict[int, list[int]] = {person: [] for person in people}
    for person, team in Membership.objects.filter(user__in=people).values_list("user", "team").distinct():
        teams[person].append(team)
    stored = _stored_mondays({team for found in teams.values() for team in found})
    touched: Weeks = set()
    for change in changes:
        for team in teams[change.user_id]:
            touched |= {(team, monday) for monday in _mondays(change, stored.get(team, set()), now)}
    return touched


def _stored_mondays(teams: set[int]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = {team: set() for team in teams}
    for team, monday in TeamWeek.objects.filter(team__in=teams).values_list("team", "monday"):
        found[team].add(monday)
    return found


def _mondays(change: CapacityChange, stored: set[date], now: datetime) -> set[date]:
    kept = kept_weeks(now)
    first = monday_of(change.since)
    until = change.until or date.max
    return {monday for monday in stored | set(kept.mondays) if first <= monday < until}


def mark_missing_weeks(now: datetime) -> int:
    """A mark for every team that has no row for a week that has begun somewhere; one query when none is missing."""
    this = kept_weeks(now).end - WEEK
    missing = Team.objects.exclude(pk__in=TeamWeek.objects.filter(monday=this).values("team"))
    weeks = {(team, this) for team in missing.values_list("pk", flat=True)}
    mark_weeks(weeks)
    return len(weeks)
