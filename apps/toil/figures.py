"""Sums over stored weeks and over one's own week; what pages and programs show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    FilteredRelation,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from apps.accounts.calendar import calendars_of
from apps.accounts.models import CapTarget, Membership, Team, User
from apps.toil.capacity import Place, capacity_of
from apps.toil.models import TeamWeek, ToilSlice
from apps.toil.models.week import NUMBERS, DatedWeek, Sums, WeekNumbers
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.periods import Period, last_weeks, week_of
from apps.toil.rollup import DayTotals

SUMMED_WEEKS = 13


def sum_days(weeks: Iterable[TeamWeek | DatedWeek], period: Period) -> DayTotals:
    """A period of one team, summed day by day: weeks that lie across its edges count with their days inside."""
    inside = [week for week in weeks if period.start - timedelta(days=7) < week.monday < period.end]
    days = [
        packed
        for week in inside
        for place, packed in enumerate(week.days)
        if week.monday + timedelta(days=place) in period
    ]
    return DayTotals(*map(sum, zip(DayTotals().packed(), *days, strict=True)))


def judged(team: Team, sums: DayTotals | Sums) -> Number:
    """What the team's cap is about: toil, or all operational work."""
    return sums.ops_number if team.cap_applies_to == CapTarget.OPS else sums.number


@dataclass(slots=True)
class OwnWeek:
    """One's own running week, over all teams: shown to nobody else."""

    share: Share
    toil_seconds: int
    days_counted: int
    days_total: int
    by_day: dict[date, int] = field(default_factory=dict)


def own_week(user: User, now: datetime) -> OwnWeek:
    """Toil against what one has for one's teams; a day counts once it is over or something was logged on it."""
    today = now.astimezone(user.zone).date()
    period = week_of(today)
    by_day = _own_days(user, period)
    capacity = capacity_of_person(user, period)
    counted = {day: minutes for day, minutes in capacity.items() if day < today or by_day.get(day)}
    counting = sum(seconds for day, seconds in by_day.items() if day in capacity)
    return OwnWeek(
        share=Share(counting, sum(counted.values(), Decimal(0))),
        toil_seconds=sum(by_day.values()),
        days_counted=sum(1 for minutes in counted.values() if minutes),
        days_total=sum(1 for minutes in capacity.values() if minutes),
        by_day={day: by_day.get(day, 0) for day in period.days},
    )


def _own_days(user: User, period: Period) -> Mapping[date, int]:
    rows = ToilSlice.objects.of_person(user, period.start, period.end).toil().order_by()
    return dict(rows.values_list("local_date").annotate(total=Sum("attributed")))


def capacity_of_person(user: User, period: Period, team: Team | None = None) -> dict[date, Decimal]:
    """Minutes on the days on which they count for the team, or for any."""
    rows = Membership.objects.filter(user=user).between(period.start, period.end)
    rows = rows.filter(team=team) if team else rows
    fields = ("user", "allocation_pct", "valid_from", "valid_to", "counts_capacity")
    places = [Place(*row) for row in rows.values_list(*fields)]
    calendars = calendars_of([user.pk], period.start, period.end)
    return {day: minutes for (_, day), minutes in capacity_of(places, calendars, period.days).items()}


def with_sums(teams: QuerySet[Team], today: date) -> QuerySet[Team]:
    period = last_weeks(today, SUMMED_WEEKS)
    near = Q(weeks__monday__gte=period.start, weeks__monday__lt=period.end)
    return teams.annotate(
        near=FilteredRelation("weeks", condition=near),
        **{f"sum_{name}": Coalesce(Sum(f"near__{name}"), Value(0, field)) for name, field in SUMMED.items()},
    )


SUMMED = {field.name: type(field)() for field in WeekNumbers._meta.fields}


def sums_of(team: Team) -> WeekNumbers:
    """Of a team out of `with_sums`."""
    return TeamWeek(**{name: getattr(team, f"sum_{name}") for name in NUMBERS})
