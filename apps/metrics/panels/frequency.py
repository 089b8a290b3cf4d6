"""How many incidents, as a rate that chance plays with: every count has its exact interval."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date

from apps.core.charts import Chart, Point, whiskers
from apps.core.csvfile import Column
from apps.incidents.models import IncidentKind
from apps.metrics.axis import Named, named
from apps.metrics.cases import Case
from apps.metrics.figures import Change, Figure, Panel, Unit
from apps.metrics.intervals.asking import Interval
from apps.metrics.panels.basis import Basis
from apps.metrics.periods import Span


@dataclass(frozen=True, slots=True)
class Step:
    span: Span
    said: Named
    count: int
    interval: Interval


def frequency_panel(basis: Basis) -> Panel:
    steps = _steps(basis)
    return Panel(
        "frequency",
        "Frequency",
        [_incidents(basis), _near_misses(basis)],
        question="Are there more incidents than before?",
        charts={"steps": lambda: _picture(steps, basis.scope.span)},
        rows=steps,
        columns=COLUMNS,
    )


def _incidents(basis: Basis) -> Figure:
    span, before = basis.scope.span, basis.scope.before
    count, then = len(basis.cases.now), len(basis.cases.before)
    return Figure(
        "incidents",
        "Incidents",
        Unit.COUNT,
        count,
        count,
        "Real incidents that started in the period, with the exact Poisson interval of the number behind the count. "
        "The change is the ratio of the two rates per day, with its exact interval",
        query=basis.scope.counted_query(),
        interval=basis.asking.poisson(count),
        change=Change(
            "ratio",
            basis.asking.rate_ratio(count, span.days, then, before.days),
            before=then,
            n_before=then,
            interval_before=basis.asking.poisson(then),
            more="More often than before",
            less="Less often than before",
        ),
        excluded=basis.not_counted(),
    )


def _near_misses(basis: Basis) -> Figure:
    count = sum(case.kind == IncidentKind.NEAR_MISS for case in basis.cases.left_out)
    return Figure(
        "near_misses",
        "Near misses",
        Unit.COUNT,
        count,
        count,
        "Near misses that started in the period: they hurt nobody and stand in no other figure",
        query=basis.scope.query(kind="near_miss"),
        interval=basis.asking.poisson(count),
    )


def _steps(basis: Basis) -> list[Step]:
    spans = basis.scope.span.steps()
    counts = [0] * len(spans)
    starts = [span.first for span in spans]
    for case in basis.cases.now:
        counts[_place(case, starts)] += 1
    return [
        Step(span, said, count, basis.asking.poisson(count))
        for span, said, count in zip(spans, named(spans, basis.scope.span), counts, strict=True)
    ]


def _place(case: Case, starts: list[date]) -> int:
    return max(0, bisect_right(starts, case.started_at.astimezone(UTC).date()) - 1)


def _picture(steps: list[Step], span: Span) -> Chart:
    points = [
        Point(
            step.said.label,
            step.said.name,
            step.count,
            step.interval.low or 0.0,
            step.interval.high or 0.0,
            is_part=step.said.is_part,
        )
        for step in steps
    ]
    return whiskers(
        points,
        title=f"Incidents per {span.step_name}",
        finding=_finding(steps, span),
        head=span.step_name.capitalize(),
        value_head="Incidents",
    )


def _finding(steps: list[Step], span: Span) -> str:
    counts = [step.count for step in steps]
    return f"Between {min(counts)} and {max(counts)} incidents a {span.step_name}, each with its exact 95% interval."


COLUMNS: list[Column] = [
    ("first_day", lambda step: step.span.first),
    ("last_day", lambda step: step.span.last),
    ("incidents", lambda step: step.count),
    ("low", lambda step: round(step.interval.low, 2)),
    ("high", lambda step: round(step.interval.high, 2)),
    ("is_part", lambda step: "yes" if step.said.is_part else "no"),
]
