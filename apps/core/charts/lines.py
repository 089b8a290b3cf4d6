"""A value for each step of time as a line, with the band of its interval where it has one; one or many small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas, Place
from apps.core.charts.chart import Chart, Label
from apps.core.charts.scale import grid_lines, round_top

CELLS = 2  # small ones beside each other
CELL, HEAD, SKIP = 60, 24, 18  # pixels: a small one, its name above, the distance to the next below
LONGEST = 20  # letters of a name above a small one
GUTTER = 4.0  # percent between small ones


@dataclass(frozen=True, slots=True)
class Point:
    """`label` stands on the axis (may be empty), `name` in the table; `value` None: not known, a gap. `is_part` means a
    step cut short, or a value of few."""

    label: str
    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    is_part: bool = False
    said: str = ""

    @property
    def limits(self) -> str:
        return "" if self.low is None or self.high is None else f"{self.low:.0f} to {self.high:.0f}"


def lines(
    points: Sequence[Point],
    *,
    title: str,
    finding: str,
    head: str,
    value_head: str,
    unit: str = "",
    top: int | None = None,
    height: int = 180,
) -> Chart:
    """One line on a zero baseline. Labels of a phone are every fourth of many."""
    highest = [end for point in points for end in (point.value, point.high) if end is not None]
    end = top or round_top(max([*highest, 1.0]))
    has_band = any(point.low is not None for point in points)
    heads = (head, value_head, "95% interval") if has_band else (head, value_head)
    return Chart(
        title=title,
        finding=finding,
        height=height,
        top=end,
        unit=unit,
        draw=lambda canvas: format_html(
            "{}{}", grid_lines(canvas, end, height), _drawn(canvas, points, end, height)
        ),
        labels=[Label(point.label, is_extra=_is_extra(index, points)) for index, point in enumerate(points)],
        table=(heads, [_row(point, unit)[: len(heads)] for point in points]),
    )


def _is_extra(index: int, points: Sequence[Point]) -> bool:
    return len(points) > 6 and bool(index % 4)


def _row(point: Point, unit: str) -> tuple[str, str, str]:
    value = "–" if point.value is None else point.said or f"{point.value:,.0f}{unit}"
    return point.name, value, f"{point.limits}{unit}" if point.limits else ""


def _drawn(canvas: Canvas, points: Sequence[Point], top: float, height: float) -> SafeString:
    slot = 100 / max(1, len(points))
    placed = [(slot * (index + 0.5), point) for index, point in enumerate(points)]
    parts: list[SafeString] = []
    for is_known, group in groupby(placed, key=lambda pair: pair[1].value is not None):
        run = list(group)
        if is_known:
            parts += [_band(canvas, run, top, height), _line(canvas, run, top, height)]
    dots = [_dot(canvas, x, point, top, height) for x, point in placed if point.value is not None]
    return format_html_join("", "{}", ((part,) for part in (*parts, *dots)))


def _y(value: float | None, top: float, height: float) -> float:
    return height - (value or 0) * height / top


def _band(canvas: Canvas, run: Sequence[tuple[float, Point]], top: float, height: float) -> SafeString:
    known = [(x, point) for x, point in run if point.low is not None and point.high is not None]
    if len(known) < 2:
        return SafeString("")
    upper = [(x, _y(point.high, top, height)) for x, point in known]
    lower = [(x, _y(point.low, top, height)) for x, point in reversed(known)]
    return canvas.path("band", [*upper, *lower], height)


def _line(canvas: Canvas, run: Sequence[tuple[float, Point]], top: float, height: float) -> SafeString:
    places: list[Place] = [(x, _y(point.value, top, height)) for x, point in run]
    return canvas.path("line", places, height) if len(places) > 1 else SafeString("")


def _dot(canvas: Canvas, x: float, point: Point, top: float, height: float) -> SafeString:
    look = "pt part" if point.is_part else "pt"
    said = point.said or f"{point.value:,.0f}"
    words = f"{point.name}: {said}" + (f", interval {point.limits}" if point.limits else "")
    return canvas.circle(look, (x, _y(point.value, top, height)), 4, words)


@dataclass(frozen=True, slots=True)
class Small:
    """One of many small lines."""

    name: str
    values: Sequence[float]


def small_multiples(
    smalls: Sequence[Small], names: Sequence[str], *, title: str, finding: str, head: str
) -> Chart:
    """The same steps for each, all on one scale from zero, so that they can be compared. `names` are the steps."""
    top = round_top(max([value for small in smalls for value in small.values] + [1.0]))
    rows = -(-len(smalls) // CELLS)
    return Chart(
        title=title,
        finding=finding,
        height=rows * (HEAD + CELL + SKIP),
        draw=lambda canvas: format_html_join(
            "", "{}", ((_small(canvas, small, index, top),) for index, small in enumerate(smalls))
        ),
        note=f"All on one scale, from 0 to {top:,}; the number is the last.",
        table=(
            (head, *(small.name for small in smalls)),
            [
                (name, *(f"{small.values[index]:,.0f}" for small in smalls))
                for index, name in enumerate(names)
            ],
        ),
    )


def _small(canvas: Canvas, small: Small, index: int, top: float) -> SafeString:
    wide = (100 - GUTTER * (CELLS - 1)) / CELLS
    left = index % CELLS * (wide + GUTTER)
    down = index // CELLS * (HEAD + CELL + SKIP) + HEAD
    step = wide / max(1, len(small.values) - 1)
    places = [
        (left + step * place, down + CELL - value * CELL / top) for place, value in enumerate(small.values)
    ]
    short = small.name if len(small.name) <= LONGEST else f"{small.name[: LONGEST - 1]}…"
    last = small.values[-1] if small.values else 0
    marks = [
        canvas.text("tick", (left, down - 10), short),
        canvas.text("strong", (left + wide, down - 10), f"{last:,.0f}", "end"),
        canvas.line("base", (left, down + CELL), (left + wide, down + CELL)),
    ]
    if len(places) > 1:
        marks.append(canvas.path("line", places, down + CELL + SKIP))
    said = f"{small.name}: from {small.values[0]:,.0f} to {last:,.0f}" if small.values else small.name
    return canvas.group("multi", said, SafeString("".join(marks)))
