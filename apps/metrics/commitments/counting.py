"""What came in and what went out, counted by the database in two statements: by step of the period and by group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Trunc

from apps.action_items.models import Status
from apps.metrics.commitments.scope import Scope
from apps.metrics.periods import midnight


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
    """What came in and went out: in the period by its steps, and by group; `eras` are older, before and now."""

    eras: defaultdict[str, Sums] = field(default_factory=_sums)
    steps: defaultdict[date, Sums] = field(default_factory=_sums)
    groups: defaultdict[tuple[Any, str], Sums] = field(default_factory=_sums)
    cells: defaultdict[tuple[Any, date], Sums] = field(default_factory=_sums)

    @property
    def open_at_start(self) -> int:
        return self.eras["older"].net + self.eras["before"].net

    @property
    def open_at_end(self) -> int:
        return self.open_at_start + self.eras["now"].net

    def group_open_at_start(self, group: Any) -> int:
        return self.groups[group, "older"].net + self.groups[group, "before"].net

    @property
    def names(self) -> set[Any]:
        return {group for group, _ in self.groups}

    def add(self, era: str, step: date | None, group: Any, what: str, count: int) -> None:
        self.eras[era].add(what, count)
        self.groups[group, era].add(what, count)
        if step:
            self.steps[step].add(what, count)
            self.cells[group, step].add(what, count)


def read_flow(scope: Scope) -> Flow:
    flow, rows = Flow(), scope.rows()
    for *place, count in _stepped(rows, "committed_at", scope).values_list("era", "step", "group", "count"):
        flow.add(*_placed(place, scope), "promised", count)
    ended = _stepped(rows.with_end(), "ended_at", scope, is_dropped=_is_dropped())
    for *place, is_given_up, count in ended.values_list("era", "step", "group", "is_dropped", "count"):
        flow.add(*_placed(place, scope), "given_up" if is_given_up else "done", count)
    return flow


def _is_dropped() -> ExpressionWrapper[Any]:
    return ExpressionWrapper(Q(status=Status.WONT_DO), output_field=BooleanField())


def _stepped(rows: QuerySet[Any], moment: str, scope: Scope, **more: Any) -> QuerySet[Any]:
    step = When(
        **{f"{moment}__gte": scope.span.start},
        then=Trunc(moment, scope.span.step_name, tzinfo=UTC, output_field=DateTimeField()),
    )
    known = rows.filter(**{f"{moment}__lt": scope.span.until}).annotate(
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
        When(**{f"{column}__lt": read_as(scope.before.first)}, then=Value("older")),
        When(**{f"{column}__lt": read_as(scope.span.first)}, then=Value("before")),
        default=Value("now"),
    )
