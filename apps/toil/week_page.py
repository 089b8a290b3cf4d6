"""How many people and entries stand behind the figures of a week."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.models import Membership, Team
from apps.toil.models import ToilEntry, WeekCheckin, WorkKind
from apps.toil.models.entry import REACH
from apps.toil.periods import Period
from apps.toil.quality import FEWEST_PEOPLE


@dataclass(frozen=True, slots=True)
class HeadCounts:
    """Never who, and never how much of whom."""

    people: int
    confirmed: int
    entries: int
    not_confirmed_entries: int | None
    """Suggested, or waiting for a review: counted nowhere. None in a team of fewer than four, where it would say who
    has something to answer."""


def head_counts(team: Team, week: Period) -> HeadCounts:
    members = Membership.objects.filter(team=team, counts_capacity=True).between(week.start, week.end)
    people = set(members.order_by().values_list("user", flat=True))
    said = WeekCheckin.objects.filter(team=team, monday=week.start).values_list("person", flat=True)
    near = ToilEntry.objects.between(week.start - REACH, week.end)
    entries = near.filter(
        team=team, kind=WorkKind.TOIL, slices__local_date__gte=week.start, slices__local_date__lt=week.end
    ).distinct()
    return HeadCounts(
        people=len(people),
        confirmed=len(people & set(said)),
        entries=entries.counting().count(),
        not_confirmed_entries=None if len(people) < FEWEST_PEOPLE else entries.waiting().count(),
    )
