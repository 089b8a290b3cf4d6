"""A count for each step of time with its interval: a dot on a whisker, on a zero baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from apps.core.charts.bars import grid_lines, round_top, y_axis
from apps.core.charts.numbers import num
from apps.core.charts.tables import as_table


@dataclass(frozen=True, slots=True)
class Point:
    """`label` stands on the axis (may be empty), `name` in the table; `is_part` means a step cut short."""

    label: str
    name: str
    value: float
    low: float
    high: float
    is_part: bool = False


def whiskers(
    points: Sequence[Point],
    *,
    title: str,
    finding: str,
    head: str,
    value_head: str = "Count",
    height: int = 180,
) -> SafeString:
    top = round_top(max([point.high for point in points] + [1.0]))
    key = f"chart-{slugify(title)}"
    return format_html(
        '<figure class="stack stack-2"><div class="chart">{y_axis}<svg height="{height}" role="img" '
        'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{title}</title><desc id="{key}-d">{finding}</desc>'
        "{grid}{points}</svg>{x_axis}</div>{table}</figure>",
        y_axis=y_axis(top, ""),
        height=height,
        key=key,
        title=title,
        finding=finding,
        grid=grid_lines(top, height / top, height),
        points=_points(points, height / top, height),
        x_axis=_x_axis(points),
        table=as_table(title, (head, value_head, "95% interval"), [_row(point) for point in points]),
    )


def _points(points: Sequence[Point], scale: float, height: int) -> SafeString:
    slot = 100 / max(1, len(points))
    return format_html_join(
        "",
        '<g class="whisker{}"><title>{}</title><line x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        '<circle cx="{}%" cy="{}" r="4"/></g>',
        (_drawn(point, slot * (index + 0.5), scale, height) for index, point in enumerate(points)),
    )


def _drawn(point: Point, x: float, scale: float, height: int) -> tuple[str, ...]:
    at, low, high = (num(height - end * scale) for end in (point.value, point.low, point.high))
    said = f"{point.name}: {point.value:g}, interval {_limits(point)}"
    return " part" if point.is_part else "", said, num(x), num(x), low, high, num(x), at


def _limits(point: Point) -> str:
    return f"{point.low:.1f} to {point.high:.1f}"


def _row(point: Point) -> tuple[str, str, str]:
    return point.name, f"{point.value:g}", _limits(point)


def _x_axis(points: Sequence[Point]) -> SafeString:
    spans = format_html_join(
        "",
        "<span{}>{}</span>",
        (
            (SafeString(' class="opt"') if index % 4 else "", point.label)
            for index, point in enumerate(points)
        ),
    )
    return format_html('<div class="chart-x" aria-hidden="true">{}</div>', spans)
