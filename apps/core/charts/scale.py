"""The axis of values: its end, its steps, its lines."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas


def round_top(highest: float) -> int:
    """The end of the scale: the next of a few round numbers, so that at most four grid lines are needed."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 10_000, 25_000, 100_000, 1_000_000):
        if highest <= step * 4:
            return step * max(1, -int(-highest // step))
    return int(highest) + 1


def grid_steps(top: int) -> list[int]:
    for parts in (4, 3, 2, 1):
        if top % parts == 0:
            return [top * index // parts for index in range(parts + 1)]
    return [0, top]


def grid_lines(canvas: Canvas, top: int, height: float) -> SafeString:
    places = [("grid" if step else "base", height - step * height / top) for step in grid_steps(top)]
    return format_html_join("", "{}", ((canvas.line(look, (0, y), (100, y)),) for look, y in places))
