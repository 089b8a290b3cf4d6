"""Promises counted by the database: a fixed number of statements, and rows for days and groups, never for items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Least

from apps.action_items.filters_figures import MOST_SLIPS
from apps.action_items.models import Look, Outcome, Priority, Recurrence, Status
from apps.metrics.commitments.counting import Flow, era_of, read_flow
from apps.metrics.commitments.scope import Scope
from apps.metrics.periods import Span, midnight
from apps.metrics.promises import TIME_TO_VERIFY

URGENT = ExpressionWrapper(Q(priority__lte=Priority.P1), output_field=BooleanField())
AGES = (7, 30, 90, 180, 365)  # days, the last ones of each part
SLIPPED = (0, 7, 30, 90)
FEWEST_PEOPLE = 3
MONTHS = 12


@dataclass(frozen=True, slots=True)
class GroupDue:
    kept: int
    judged: int
    people: int


@dataclass(frozen=True, slots=True)
class Due:
    """How many promises whose first date was this day, urgent or not, came to this."""

    day: date
    is_urgent: bool
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Readings:
    flow: Flow
    due: list[Due]
    last: Counter[tuple[str, str]]  # (era, outcome) by the date that stands
    looks: Counter[tuple[str, str, bool]]  # (era, look, whether there was time for one)
    ages: Counter[int]  # place among AGES
    slips: Counter[tuple[str, int, int]]  # (era, how often, place among SLIPPED)
    by_group: dict[Any, GroupDue]
    came_back: tuple[int, int]
    left_out: Counter[str]
    has_few_people: bool


def read(scope: Scope) -> Readings:
    return Readings(
        flow=read_flow(scope),
        due=list(_read_due(scope)),
        last=_read_last(scope),
        looks=_read_looks(scope),
        ages=_read_ages(scope),
        slips=_read_slips(scope),
        by_group=_read_groups(scope),
        came_back=(_came_back(scope, scope.span), _came_back(scope, scope.before)),
        left_out=_read_left_out(scope),
        has_few_people=_has_few_people(scope),
    )


def first_month(scope: Scope) -> date:
    """Twelve months, the running one included."""
    months = scope.today.year * 12 + scope.today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _read_due(scope: Scope) -> Iterator[Due]:
    first = min(scope.before.first, first_month(scope))
    rows = scope.rows().filter(first_due_on__range=(first, scope.span.last)).judged(scope.now)
    found = rows.annotate(urgent=URGENT).values("first_due_on", "urgent", "first_outcome")
    names = ("first_due_on", "urgent", "first_outcome", "count")
    for day, is_urgent, outcome, count in found.annotate(count=Count("pk")).values_list(*names):
        yield Due(day, bool(is_urgent), outcome, count)


def _read_last(scope: Scope) -> Counter[tuple[str, str]]:
    rows = scope.rows().filter(due_on__range=(scope.before.first, scope.span.last)).judged(scope.now)
    found = rows.annotate(era=era_of("due_on", scope, lambda day: day)).values("era", "last_outcome")
    return _counted(found, "era", "last_outcome")


def _counted(rows: QuerySet[Any], *names: str) -> Counter[Any]:
    found = rows.annotate(count=Count("pk")).values_list(*names, "count")
    return Counter({tuple(row[:-1]) if len(names) > 1 else row[0]: row[-1] for row in found})


def _read_looks(scope: Scope) -> Counter[tuple[str, str, bool]]:
    rows = scope.rows().with_look().filter(look__isnull=False)
    rows = rows.filter(done_at__gte=scope.before.start, done_at__lt=scope.span.until)
    ripe = ExpressionWrapper(Q(done_at__lt=ripe_until(scope)), output_field=BooleanField())
    found = rows.annotate(era=era_of("done_at", scope, midnight), ripe=ripe).values("era", "look", "ripe")
    counts: Counter[tuple[str, str, bool]] = Counter()
    for (era, look, is_ripe), count in _counted(found, "era", "look", "ripe").items():
        counts[era, look, bool(is_ripe)] += count
    return counts


def ripe_until(scope: Scope) -> datetime:
    """What was done before that could have been looked at: a whole day, so that a list can say it."""
    return midnight(scope.now.date() - TIME_TO_VERIFY)


def _read_ages(scope: Scope) -> Counter[int]:
    return _counted(scope.open_at_end().annotate(age=_age(scope)).values("age"), "age")


def _age(scope: Scope) -> Case:
    edges = [
        When(committed_at__gte=midnight(scope.today - timedelta(days=days)), then=Value(place))
        for place, days in enumerate(AGES)
    ]
    return Case(*edges, default=Value(len(AGES)), output_field=IntegerField())


def moved_until(scope: Scope) -> date:
    """The last of the first dates that are over: what is still to come may yet move."""
    return min(scope.span.last, scope.now.date() - timedelta(days=1))


def _read_slips(scope: Scope) -> Counter[tuple[str, int, int]]:
    rows = scope.rows().filter(first_due_on__range=(scope.before.first, moved_until(scope)))
    days = [When(slipped_days__lte=most, then=Value(place)) for place, most in enumerate(SLIPPED)]
    found = rows.annotate(
        era=era_of("first_due_on", scope, lambda day: day),
        times=Least("slip_count", Value(MOST_SLIPS)),
        days=Case(*days, default=Value(len(SLIPPED)), output_field=IntegerField()),
    )
    return _counted(found.values("era", "times", "days"), "era", "times", "days")


def _read_groups(scope: Scope) -> dict[Any, GroupDue]:
    rows = scope.rows().filter(first_due_on__range=(scope.span.first, scope.span.last)).judged(scope.now)
    kept, missed = Q(first_outcome=Outcome.KEPT), Q(first_outcome=Outcome.MISSED)
    found = rows.annotate(group=F(scope.by.column)).values("group")
    sums = found.annotate(
        kept=Count("pk", filter=kept),
        judged=Count("pk", filter=kept | missed),
        people=Count("owner", distinct=True),
    )
    columns = sums.values_list("group", "kept", "judged", "people")
    return {group: GroupDue(*numbers) for group, *numbers in columns}


def _came_back(scope: Scope, span: Span) -> int:
    """Promises open in the period of which it was said that the same happened again in it."""
    facts = Recurrence.objects.visible_to(scope.user).standing()
    facts = facts.of_incidents_between(span.start, span.until)
    return scope.open_in(span).filter(pk__in=facts.values("action_item")).count()


def _read_left_out(scope: Scope) -> Counter[str]:
    """Proposals that wait now; and of what was promised in the period, duplicates and practice."""
    made = Q(committed_at__gte=scope.span.start, committed_at__lt=scope.span.until)
    twice = made & Q(status=Status.DUPLICATE)
    practice = made & Q(pk__in=scope.seen().from_practice().values("pk"))
    found = (
        scope.seen()
        .filter(made | Q(status=Status.PROPOSED))
        .aggregate(
            proposed=Count("pk", filter=Q(status=Status.PROPOSED)),
            duplicate=Count("pk", filter=twice),
            practice=Count("pk", filter=practice),
        )
    )
    return Counter(found)


def _has_few_people(scope: Scope) -> bool:
    owners = scope.open_in(scope.span).filter(owner__isnull=False).values_list("owner").distinct()
    return len(owners[:FEWEST_PEOPLE]) < FEWEST_PEOPLE


def in_era(due: Iterable[Due], span: Span) -> list[Due]:
    return [one for one in due if span.first <= one.day <= span.last]


def of_outcomes(due: Iterable[Due], *outcomes: str) -> int:
    return sum(one.count for one in due if one.outcome in outcomes)


def looked(looks: Counter[tuple[str, str, bool]], era: str) -> tuple[int, int]:
    """Confirmed by somebody, and those that could have been by now; what the policy confirms nobody is asked for."""
    confirmed = looks[era, Look.PERSON, True]
    return confirmed, confirmed + looks[era, Look.NOBODY, True]
