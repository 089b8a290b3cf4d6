"""Sums over stored weeks and over one's own week; what pages and programs show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from apps.accounts.calendar import calendars_of
from apps.accounts.models import Membership, Team, User
from apps.toil.capacity import Place, capacity_of
from apps.toil.models import TeamWeek, ToilSlice
from apps.toil.percent import Share
from apps.toil.periods import Period, last_weeks, week_of

SUMMED_WEEKS = 13
MOST_SOURCES = 100
UNNAMED = "Work on a private incident"


@dataclass(slots=True)
class Figures:
    """A period of one team, summed day by day: weeks that lie across its edges count with their days inside."""

    toil: int = 0
    guest: int = 0
    out_of_hours: int = 0
    capacity: Decimal = Decimal(0)

    @property
    def share(self) -> Share:
        return Share(self.toil, self.capacity)


def sum_days(weeks: Iterable[TeamWeek], period: Period) -> Figures:
    found = Figures()
    for week in weeks:
        for day, totals in week.by_day():
            if day in period:
                found.toil += totals.toil
                found.guest += totals.guest
                found.out_of_hours += totals.out_of_hours
                found.capacity += totals.capacity
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """Toil of one name and service, over everybody who did it."""

    text: str
    service: str
    seconds: int
    cumulative_pct: Decimal


@dataclass(frozen=True, slots=True)
class Sources:
    """`other_count` is at least so many when `is_cut`."""

    top: list[Source]
    other_count: int
    other_seconds: int
    is_cut: bool


def top_sources(team: Team, period: Period, whole: int, count: int = 6) -> Sources:
    """By name and service, never by person; `whole` is what the stored weeks hold, guests included.
    The names of private incidents' work are not told."""
    rows = ToilSlice.objects.filter(team=team).between(period.start, period.end).toil().order_by()
    groups = rows.annotate(name=_name(Lower("entry__text"))).values("name", "entry__service__slug")
    sums = groups.annotate(seconds=Sum("attributed"), text=Min(_name(F("entry__text"))))
    found = list(sums.order_by("-seconds", "name", "entry__service__slug")[:MOST_SOURCES])
    whole = max(whole, sum(row["seconds"] for row in found))
    top: list[Source] = []
    so_far = 0
    for row in found[:count]:
        so_far += row["seconds"]
        cumulative = Decimal(100 * so_far) / whole
        top.append(Source(row["text"], row["entry__service__slug"] or "", row["seconds"], cumulative))
    return Sources(top, len(found) - len(top), whole - so_far, is_cut=len(found) == MOST_SOURCES)


def _name(text: F | Lower) -> Case:
    private = When(entry__incident__is_private=True, then=Value(UNNAMED))
    return Case(private, default=text, output_field=CharField())


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
    capacity = _own_capacity(user, period)
    counted = {day: minutes for day, minutes in capacity.items() if day < today or by_day.get(day)}
    counting = sum(seconds for day, seconds in by_day.items() if day in capacity)
    return OwnWeek(
        share=Share(counting, sum(counted.values(), Decimal(0))),
        toil_seconds=sum(by_day.values()),
        days_counted=sum(1 for minutes in counted.values() if minutes),
        days_total=sum(1 for minutes in capacity.values() if minutes),
        by_day={day: by_day.get(day, 0) for day in _days(period)},
    )


def _days(period: Period) -> list[date]:
    return [period.start + timedelta(days=n) for n in range((period.end - period.start).days)]


def _own_days(user: User, period: Period) -> Mapping[date, int]:
    rows = ToilSlice.objects.of_person(user, period.start, period.end).toil().order_by()
    return dict(rows.values_list("local_date").annotate(total=Sum("attributed")))


def _own_capacity(user: User, period: Period) -> Mapping[date, Decimal]:
    rows = Membership.objects.filter(user=user).between(period.start, period.end)
    fields = ("user", "allocation_pct", "valid_from", "valid_to", "counts_capacity")
    places = [Place(*row) for row in rows.values_list(*fields)]
    calendars = calendars_of([user.pk], period.start, period.end)
    return {day: minutes for (_, day), minutes in capacity_of(places, calendars, _days(period)).items()}


def engineers_on(team: Team, day: date) -> int:
    """How many people count for the team on this day."""
    rows: QuerySet[Membership] = Membership.objects.filter(team=team, counts_capacity=True).on(day)
    return rows.aggregate(count=Count("user", distinct=True))["count"] or 0


def with_sums(teams: QuerySet[Team], today: date) -> QuerySet[Team]:
    period = last_weeks(today, SUMMED_WEEKS)
    near = Q(weeks__monday__gte=period.start, weeks__monday__lt=period.end)
    return teams.annotate(
        near=FilteredRelation("weeks", condition=near),
        toil=Coalesce(Sum("near__toil_seconds"), 0),
        guest=Coalesce(Sum("near__guest_seconds"), 0),
        out_of_hours=Coalesce(Sum("near__out_of_hours_seconds"), 0),
        capacity=Sum("near__capacity_minutes"),
    )


def share_of(team: Team) -> Share:
    """Of a team out of `with_sums`."""
    return Share(team.toil, team.capacity or Decimal(0))  # type: ignore[attr-defined]
