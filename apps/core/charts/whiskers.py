"""A count for each step of time with its interval: a dot on a whisker, on a zero baseline."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas
from apps.core.charts.chart import Chart, Label
from apps.core.charts.lines import Point
from apps.core.charts.scale import grid_lines, round_top


def whiskers(
    points: Sequence[Point],
    *,
    title: str,
    finding: str,
    head: str,
    value_head: str = "Count",
    height: int = 180,
) -> Chart:
    top = round_top(max([point.high or 0 for point in points] + [1.0]))
    return Chart(
        title=title,
        finding=finding,
        height=height,
        top=top,
        draw=lambda canvas: format_html(
            "{}{}", grid_lines(canvas, top, height), _points(canvas, points, height / top, height)
        ),
        labels=[Label(point.label, is_extra=bool(index % 4)) for index, point in enumerate(points)],
        table=((head, value_head, "95% interval"), [_row(point) for point in points]),
    )


def _points(canvas: Canvas, points: Sequence[Point], scale: float, height: float) -> SafeString:
    slot = 100 / max(1, len(points))
    return format_html_join(
        "",
        "{}",
        (
            (_whisker(canvas, point, slot * (index + 0.5), scale, height),)
            for index, point in enumerate(points)
        ),
    )


def _whisker(canvas: Canvas, point: Point, x: float, scale: float, height: float) -> SafeString:
    value, low, high = (height - (end or 0) * scale for end in (point.value, point.low, point.high))
    said = f"{point.name}: {point.value or 0:g}, interval {_limits(point)}"
    marks = format_html(
        "{}{}",
        canvas.line("reach", (x, low), (x, high)),
        canvas.circle("pt part" if point.is_part else "pt", (x, value), 4),
    )
    return canvas.group("whisker", said, marks)


def _limits(point: Point) -> str:
    return f"{point.low or 0:.1f} to {point.high or 0:.1f}"


def _row(point: Point) -> tuple[str, str, str]:
    return point.name, f"{point.value or 0:g}", _limits(point)
