"""Promises counted by the database: a fixed number of statements, and rows for days and groups, never for items."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Least, Trunc

from apps.action_items.filters.figures import MOST_SLIPS
from apps.action_items.models import Look, Outcome, Priority, Recurrence, Status
from apps.core.counting import count_each
from apps.core.engines import Among
from apps.incidents.models import Incident
from apps.metrics.commitments.counting import Flow, era_of, read_flow
from apps.metrics.commitments.scope import Scope
from apps.metrics.periods import Span, months_from

URGENT = ExpressionWrapper(Q(priority__lte=Priority.P1), output_field=BooleanField())
FIRST_STANDS = ExpressionWrapper(Q(due_on=F("first_due_on")), output_field=BooleanField())
SLIPPED = (0, 7, 30, 90)
FEWEST_PEOPLE = 3
MOST_LEFT_OUT = 1_000_000
MOST_DAYS = 36 * 31  # of a trend by month
MONTH, QUARTER = 1, 3


@dataclass(frozen=True, slots=True)
class GroupDue:
    kept: int
    judged: int
    people: int


@dataclass(frozen=True, slots=True)
class Due:
    """How many promises whose first date fell into that era, and into the part of the trend that begins on that day,
    came to this: urgent or not, moved so often, and so far (a place among SLIPPED). `is_first`: that date stands."""

    era: str
    part: date
    is_urgent: bool
    is_first: bool
    outcome: str
    times: int
    days: int
    count: int


@dataclass(frozen=True, slots=True)
class Readings:
    flow: Flow
    due: list[Due]
    last: Counter[tuple[str, str]]  # (era, outcome) by the date that stands
    by_group: dict[Any, GroupDue]
    came_back: tuple[int, int]
    left_out: Counter[str]
    has_few_people: bool


def read(scope: Scope) -> Readings:
    due = list(_read_due(scope))
    return Readings(
        flow=read_flow(scope),
        due=due,
        last=_read_last(scope, due),
        by_group=_read_groups(scope),
        came_back=_read_came_back(scope),
        left_out=_read_left_out(scope),
        has_few_people=_has_few_people(scope),
    )


def trend(scope: Scope) -> list[Span]:
    """This period and the one before by calendar months, or by quarters when they are too many; the ends are cut."""
    months = MONTH if _is_by_month(scope) else QUARTER
    return months_from(scope.before.first, scope.today, scope.now, months)


def _is_by_month(scope: Scope) -> bool:
    return (scope.span.last - scope.before.first).days <= MOST_DAYS


def _read_due(scope: Scope) -> Iterator[Due]:
    rows = scope.rows().filter(first_due_on__range=(scope.before.first, scope.span.last)).judged(scope.now)
    kind = "month" if _is_by_month(scope) else "quarter"
    days = [When(slipped_days__lte=most, then=Value(place)) for place, most in enumerate(SLIPPED)]
    found = rows.annotate(
        era=era_of("first_due_on", scope, lambda day: day),
        part=Trunc("first_due_on", kind, output_field=DateField()),
        urgent=URGENT,
        first=FIRST_STANDS,
        times=Least("slip_count", Value(MOST_SLIPS)),
        days=Case(*days, default=Value(len(SLIPPED)), output_field=IntegerField()),
    )
    names = ("era", "part", "urgent", "first", "first_outcome", "times", "days")
    counted = found.values(*names).annotate(count=Count("pk")).values_list(*names, "count")
    for era, part, is_urgent, is_first, *others in counted:
        yield Due(era, max(part, scope.before.first), bool(is_urgent), bool(is_first), *others)


def _read_last(scope: Scope, due: Iterable[Due]) -> Counter[tuple[str, str]]:
    """Where the first date stands it was read already; the others are asked for."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in due:
        if one.is_first:
            counts[one.era, one.outcome] += one.count
    rows = scope.rows().filter(due_on__range=(scope.before.first, scope.span.last)).exclude(FIRST_STANDS)
    found = rows.judged(scope.now).annotate(era=era_of("due_on", scope, lambda day: day))
    counted = found.values("era", "last_outcome").annotate(count=Count("pk"))
    for era, outcome, count in counted.values_list("era", "last_outcome", "count"):
        counts[era, outcome] += count
    return counts


def _read_groups(scope: Scope) -> dict[Any, GroupDue]:
    rows = scope.rows().filter(first_due_on__range=(scope.span.first, scope.span.last)).judged(scope.now)
    judged = rows.filter(first_outcome__in=(Outcome.KEPT, Outcome.MISSED))
    sums = (
        judged.annotate(group=F(scope.by.column))
        .values("group")
        .annotate(
            kept=Count("pk", filter=Q(first_outcome=Outcome.KEPT)),
            judged=Count("pk"),
            people=Count("owner", distinct=True),
        )
    )
    columns = sums.values_list("group", "kept", "judged", "people")
    return {group: GroupDue(*numbers) for group, *numbers in columns}


def _read_came_back(scope: Scope) -> tuple[int, int]:
    """Promises open in the period, and in the one before, of which it was said that the same happened again in it."""
    seen = Incident.objects.visible_to(scope.user).order_by()  # the items are those that may be seen anyway
    facts = (
        Recurrence.objects.standing().of_incidents_between(scope.before.start, scope.span.until).order_by()
    )
    facts = facts.filter(incident__in=seen.values("pk"))
    said: defaultdict[bool, set[int]] = defaultdict(set)
    for item, began in facts.values_list("action_item", "incident__started_at"):
        said[began >= scope.span.start].add(item)
    now, before = scope.open_in(scope.span), scope.open_in(scope.before)
    return now.filter(Among("id", said[True])).count(), before.filter(Among("id", said[False])).count()


def _read_left_out(scope: Scope) -> Counter[str]:
    """Proposals that wait now; and of what was promised in the period, duplicates and practice."""
    made = scope.seen().promised_between(scope.span.start, scope.span.until)
    proposed, twice = scope.seen().filter(status=Status.PROPOSED), made.filter(status=Status.DUPLICATE)
    counts: dict[str, QuerySet[Any]] = {
        "proposed": proposed,
        "duplicate": twice,
        "practice": made.from_practice(),
    }
    return Counter(count_each(counts, most=MOST_LEFT_OUT))


def _has_few_people(scope: Scope) -> bool:
    owners = scope.open_in(scope.span).filter(owner__isnull=False).values_list("owner").distinct()
    return len(owners[:FEWEST_PEOPLE]) < FEWEST_PEOPLE


def in_era(due: Iterable[Due], era: str) -> list[Due]:
    return [one for one in due if one.era == era]


def of_outcomes(due: Iterable[Due], *outcomes: str) -> int:
    return sum(one.count for one in due if one.outcome in outcomes)


def looked(looks: Counter[tuple[str, str, bool]], era: str) -> tuple[int, int]:
    """Confirmed by somebody, and those that could have been by now; what the policy confirms nobody is asked for."""
    confirmed = looks[era, Look.PERSON, True]
    return confirmed, confirmed + looks[era, Look.NOBODY, True]
