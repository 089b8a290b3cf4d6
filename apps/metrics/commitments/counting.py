"""What came in and what went out, counted by the database in two statements: by step of the period and by group."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Trunc

from apps.action_items.models import LOOKED
from apps.metrics.commitments.scope import Scope
from apps.metrics.periods import midnight
from apps.metrics.promises import TIME_TO_VERIFY

AGES = (7, 30, 90, 180, 365)  # days, the last ones of each part


@dataclass(slots=True)
class Sums:
    promised: int = 0
    done: int = 0
    given_up: int = 0

    @property
    def ended(self) -> int:
        return self.done + self.given_up

    @property
    def net(self) -> int:
        return self.promised - self.ended

    def add(self, what: str, count: int) -> None:
        setattr(self, what, getattr(self, what) + count)


def _sums() -> defaultdict[Any, Sums]:
    return defaultdict(Sums)


@dataclass(slots=True)
class Flow:
    """What came in and went out in this period (`now`) and the one before, and what was open at the end; `steps` and
    `cells` (group and step) are of this period. `open_ages` counts what is open by group and place among AGES; `looks`
    by era who confirmed what was done, and whether there was time for it."""

    eras: defaultdict[str, Sums] = field(default_factory=_sums)
    steps: defaultdict[date, Sums] = field(default_factory=_sums)
    groups: defaultdict[Any, Sums] = field(default_factory=_sums)
    cells: defaultdict[tuple[Any, date], Sums] = field(default_factory=_sums)
    open_ages: Counter[tuple[Any, int]] = field(default_factory=Counter)
    looks: Counter[tuple[str, str, bool]] = field(default_factory=Counter)

    @property
    def open_at_end(self) -> int:
        return self.open_ages.total()

    @property
    def open_at_start(self) -> int:
        return self.open_at_end - self.eras["now"].net

    @property
    def open_before(self) -> int:
        """At the start of the period before."""
        return self.open_at_start - self.eras["before"].net

    @property
    def ages(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for (_, age), count in self.open_ages.items():
            found[age] += count
        return found

    @property
    def open_by_group(self) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for (group, _), count in self.open_ages.items():
            found[group] += count
        return found

    @property
    def names(self) -> set[Any]:
        """Groups with anything open at some time, or ended."""
        return set(self.groups) | set(self.open_by_group)

    def add(self, era: str, step: date | None, group: Any, what: str, count: int) -> None:
        self.eras[era].add(what, count)
        if step:
            self.groups[group].add(what, count)
            self.steps[step].add(what, count)
            self.cells[group, step].add(what, count)


def read_flow(scope: Scope) -> Flow:
    flow, start, until = Flow(), scope.before.start, scope.span.until
    promised = _stepped(scope.rows().promised_between(start, until), "committed_at", scope)
    for *place, count in promised.values_list("era", "step", "group", "count"):
        flow.add(*_placed(place, scope), "promised", count)
    looks = {"look": Coalesce(LOOKED, Value("")), "ripe": _is_ripe(scope)}
    ended = _stepped(scope.rows().ended_between(start, until).with_end(), "ended_at", scope, **looks)
    for *place, look, is_ripe, count in ended.values_list("era", "step", "group", "look", "ripe", "count"):
        era, step, group = _placed(place, scope)
        flow.add(era, step, group, "done" if look else "given_up", count)
        if look:
            flow.looks[era, look, bool(is_ripe)] += count
    left = scope.open_at_end().annotate(age=_age(scope), group=F(scope.by.column)).values("group", "age")
    counted = left.annotate(count=Count("pk")).values_list("group", "age", "count")
    flow.open_ages = Counter({(group, age): count for group, age, count in counted})
    return flow


def ripe_until(scope: Scope) -> datetime:
    """What was done before that could have been looked at: a whole day, so that a list can say it."""
    return midnight(scope.now.date() - TIME_TO_VERIFY)


def _is_ripe(scope: Scope) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(Q(ended_at__lt=ripe_until(scope)), output_field=BooleanField())


def _age(scope: Scope) -> Case:
    edges = [
        When(committed_at__gte=midnight(scope.today - timedelta(days=days)), then=Value(place))
        for place, days in enumerate(AGES)
    ]
    return Case(*edges, default=Value(len(AGES)), output_field=IntegerField())


def _stepped(rows: QuerySet[Any], moment: str, scope: Scope, **more: Any) -> QuerySet[Any]:
    step = When(
        **{f"{moment}__gte": scope.span.start},
        then=Trunc(moment, scope.span.step_name, tzinfo=UTC, output_field=DateTimeField()),
    )
    known = rows.annotate(
        era=era_of(moment, scope, midnight),
        step=Case(step, default=Value(None), output_field=DateTimeField()),
        group=F(scope.by.column),
        **more,
    )
    found: QuerySet[Any] = known.values("era", "step", "group", *more).annotate(count=Count("pk"))
    return found


def _placed(place: list[Any], scope: Scope) -> tuple[str, date | None, Any]:
    """A step that is cut at the start of the period is named by the day it begins with there."""
    era, step, group = place
    return era, max(_as_date(step), scope.span.first) if step else None, group


def _as_date(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def era_of(column: str, scope: Scope, read_as: Any) -> Case:
    return Case(
        When(**{f"{column}__lt": read_as(scope.span.first)}, then=Value("before")),
        default=Value("now"),
    )
