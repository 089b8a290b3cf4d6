"""How long it took: each incident by itself, never as a mean. Definitions in one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.urls import reverse

from apps.core.charts import Chart, Dot, LogScale, spread
from apps.core.csvfile import Column
from apps.incidents.models import MilestoneKind
from apps.metrics.cases import Case, hurt_time
from apps.metrics.figures import Change, Exclusion, Figure, Panel, Unit
from apps.metrics.panels.basis import Basis
from apps.metrics.words import amount, limits

K = MilestoneKind
P90_FROM = 20
OVER = ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    label: str
    begin: str
    end: str
    formula: str


MEASURES = (
    Measure("ttd", "Time to detect", K.IMPACT_STARTED, K.DETECTED, "detected − impact started"),
    Measure("tta", "Time to acknowledge", K.DETECTED, K.ACKNOWLEDGED, "acknowledged − detected"),
    Measure(
        "ttm",
        "Time to mitigate",
        K.IMPACT_STARTED,
        K.MITIGATED,
        "mitigated (the first time) − impact started",
    ),
    Measure("ttr", "Time to resolve", K.IMPACT_STARTED, K.RESOLVED, "resolved − impact started"),
    Measure(
        "impact",
        "Impact time",
        "",
        "",
        "length of the union of the impact windows: overlapping windows count once, the time between two does not",
    ),
)


@dataclass(slots=True)
class Durations:
    """Seconds of those that have an end, of those that run on, and how many are left out for which reason."""

    done: list[tuple[Case, float]] = field(default_factory=list)
    running: list[tuple[Case, float]] = field(default_factory=list)
    left_out: dict[str, list[Case]] = field(default_factory=dict)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def values(self) -> list[float]:
        return [seconds for _, seconds in self.done]

    def leave_out(self, case: Case, reason: str, **query: Any) -> None:
        self.left_out.setdefault(reason, []).append(case)
        self.queries[reason] = query


def measure(cases: list[Case], what: Measure, basis: Basis) -> Durations:
    found = Durations()
    for case in cases:
        if what.name == "impact":
            _take_impact(found, case, basis)
        else:
            _take(found, case, what, basis)
    return found


def _take(found: Durations, case: Case, what: Measure, basis: Basis) -> None:
    """A missing time is a reason to leave the incident out, never a zero, and never the time of something else."""
    begin, end = case.times.get(what.begin), case.times.get(what.end)
    if begin is None:
        found.leave_out(case, f"missing: {_name(what.begin)}", missing=what.begin)
    elif end is None and what.end == K.DETECTED:  # somebody noticed, or it would not be here
        found.leave_out(case, f"missing: {_name(what.end)}", missing=what.end)
    elif end is None and case.is_open:
        found.running.append((case, max(0.0, (basis.now - begin).total_seconds())))
    elif end is None:
        found.leave_out(case, f"missing: {_name(what.end)}", missing=what.end, status=list(OVER))
    elif end < begin:
        found.leave_out(case, "the two times run backwards")
    elif what.name == "ttd" and case.has_guessed_start:
        found.leave_out(case, "nobody gave a start: the portal wrote when it was declared", guessed="true")
    else:
        found.done.append((case, (end - begin).total_seconds()))


def _take_impact(found: Durations, case: Case, basis: Basis) -> None:
    if not case.windows:
        found.leave_out(case, "missing: an impact window")
        return
    seconds = hurt_time(case.windows, basis.now).total_seconds()
    runs_on = any(window.end is None for window in case.windows)
    (found.running if runs_on else found.done).append((case, seconds))


def _name(kind: str) -> str:
    return str(K(kind).label).lower()


def durations_panel(basis: Basis) -> Panel:
    found = [(what, measure(basis.cases.now, what, basis)) for what in MEASURES]
    scale = LogScale.around([seconds for _, these in found for _, seconds in (*these.done, *these.running)])
    return Panel(
        "durations",
        "Duration",
        [_figure(what, these, scale, basis) for what, these in found],
        question="How long does it take?",
        rows=[row for what, these in found for row in _rows(what, these)],
        columns=COLUMNS,
        notes=[
            "The line is the share of incidents that took no longer. The upright line is the median and the band its "
            "interval. A hollow dot with an arrow runs on: it is in no figure and not in the line.",
            "Durations are skewed: a few long ones carry a mean wherever they fall, so there is none here. "
            "With 30 incidents in a quarter a mean looks a quarter better one time in four although nothing changed.",
        ],
    )


def _figure(what: Measure, found: Durations, scale: LogScale, basis: Basis) -> Figure:
    before = measure(basis.cases.before, what, basis)
    values, n = found.values, len(found.done)
    figure = Figure(
        what.name,
        what.label,
        Unit.SECONDS,
        median(values) if values else None,
        n,
        f"Median of: {what.formula}. Interval by bootstrap with 2,000 resamples, from six incidents on",
        query=basis.scope.counted_query(timed=[str(kind) for kind in (what.begin, what.end) if kind]),
        interval=basis.asking.median(values),
        change=Change(
            "ratio",
            basis.asking.median_ratio(values, before.values),
            before=median(before.values) if before.values else None,
            n_before=len(before.values),
            interval_before=basis.asking.median(before.values),
            more="Longer than before",
            less="Shorter than before",
        ),
        excluded=[*_excluded(found, basis), *basis.not_counted()],
        running=len(found.running),
        running_query=basis.scope.counted_open_query(),
        p90=quantiles(values, n=10, method="inclusive")[-1] if n >= P90_FROM else None,
    )
    figure.chart = lambda: _picture(figure, found, scale)
    return figure


def _excluded(found: Durations, basis: Basis) -> list[Exclusion]:
    return [
        Exclusion(reason, len(cases), basis.scope.counted_query(**found.queries.get(reason, {})))
        for reason, cases in found.left_out.items()
    ]


def _picture(figure: Figure, found: Durations, scale: LogScale) -> Chart:
    low, high = (figure.interval.low, figure.interval.high) if figure.interval else (None, None)
    return spread(
        [Dot(case.key, seconds) for case, seconds in found.done],
        [Dot(case.key, seconds) for case, seconds in found.running],
        title=figure.label,
        finding=_finding(figure),
        scale=scale,
        address=_address,
        middle=figure.value,
        band=None if low is None or high is None else (low, high),
    )


def _address(key: str) -> str:
    return reverse("incidents:detail", args=[key])


def _finding(figure: Figure) -> str:
    if figure.value is None:
        return "No incident has both times."
    span = limits(figure.interval, figure.unit)
    sure = f", 95% interval {span}" if span else ""
    return f"Median {amount(figure.value, figure.unit)} of {figure.n}{sure}; {figure.running} without an end yet."


def _rows(what: Measure, found: Durations) -> Iterator[DurationRow]:
    for case, seconds in found.done:
        yield DurationRow(what.name, case, seconds, "counted")
    for case, seconds in found.running:
        yield DurationRow(what.name, case, seconds, "so far")
    for reason, cases in found.left_out.items():
        for case in cases:
            yield DurationRow(what.name, case, None, reason)


@dataclass(frozen=True, slots=True)
class DurationRow:
    measure: str
    case: Case
    seconds: float | None
    state: str


COLUMNS: list[Column] = [
    ("measure", lambda row: row.measure),
    ("incident", lambda row: row.case.key),
    ("severity", lambda row: row.case.severity),
    ("started_at", lambda row: row.case.started_at),
    ("seconds", lambda row: row.seconds),
    ("state", lambda row: row.state),
]
