"""A figure and all that it takes to judge it; panels hold figures, and page and API show the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.safestring import SafeString

from apps.core.charts import Chart
from apps.core.csvfile import Column
from apps.metrics.intervals.asking import Interval

NO_CHANGE = "No detectable change"


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    DAYS = "days"
    FRACTION = "fraction"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is not in a figure, why, and the query that lists it, where a list can."""

    reason: str
    count: int
    query: str = ""


@dataclass(slots=True)
class Change:
    """Against the period before. `kind` is ratio (1 is the same) or difference (0 is); `interval` of that."""

    kind: str
    interval: Interval
    before: float | None
    n_before: int
    interval_before: Interval | None = None
    more: str = "More than before"
    less: str = "Less than before"

    @property
    def same(self) -> float:
        return 1.0 if self.kind == "ratio" else 0.0

    @property
    def verdict(self) -> str:
        """Only an interval that leaves "the same" outside is a change."""
        if not self.interval.is_known:
            return "Too few to compare"
        low, high = self.interval.low, self.interval.high
        if low is not None and low > self.same:
            return self.more
        if high is not None and high < self.same:
            return self.less
        return NO_CHANGE

    @property
    def is_detectable(self) -> bool:
        return self.verdict in (self.more, self.less)


@dataclass(slots=True)
class Figure:
    """`value` None: it cannot be said, and `note` says why. `part` of `n` for shares, else `n` alone.

    `query` shows its rows in their list, `part_query` those of the part; without one they are the panel's CSV.
    `interval` is a 95 % interval; a figure without one describes exactly these rows and no chance.
    """

    name: str
    label: str
    unit: Unit
    value: float | None
    n: int
    formula: str
    query: str = ""
    part_query: str = ""
    interval: Interval | None = None
    part: int | None = None
    change: Change | None = None
    excluded: list[Exclusion] = field(default_factory=list)
    running: int = 0
    running_query: str = ""
    p90: float | None = None
    note: str = ""
    chart: Callable[[], Chart] | None = None

    @property
    def left_out(self) -> list[Exclusion]:
        return [one for one in self.excluded if one.count]


@dataclass(slots=True)
class Panel:
    """`charts` are drawn when they are looked at, once every interval is known; `drawing` is a table with bars in it.
    `rows` are what they draw, for programs and as CSV. `missing` says what cannot be computed here, and why."""

    name: str
    title: str
    figures: list[Figure]
    question: str = ""
    charts: Mapping[str, Callable[[], Chart]] = field(default_factory=dict)
    drawing: Callable[[], SafeString] | None = None
    rows: Sequence[Any] = ()
    columns: Sequence[Column] = ()
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def chart(self, name: str) -> Chart | None:
        """One of its own, or that of one of its figures."""
        own = {figure.name: figure.chart for figure in self.figures if figure.chart}
        draw = {**own, **self.charts}.get(name)
        return draw() if draw else None
