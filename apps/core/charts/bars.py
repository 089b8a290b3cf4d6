"""Stacked columns against a cap, for toil by week and category."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from apps.core.charts.numbers import Number, num
from apps.core.templatetags.times import pct

SERIES = 5  # more parts than this are drawn as "other", in grey
GAP = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: axis label, full name, and its parts in the order of the legend (None: no capacity)."""

    label: str
    name: str
    parts: Sequence[Number] | None
    is_current: bool = False

    @property
    def total(self) -> float:
        return sum(float(part) for part in self.parts or ())


def _class(index: int) -> str:
    return f"c{index + 1}" if index < SERIES else "c0"


def _top(bars: Sequence[Bar], cap: Number | None) -> int:
    return round_top(max([bar.total for bar in bars] + [float(cap or 0) * 1.1, 1.0]))


def round_top(highest: float) -> int:
    """The end of the scale: the next of a few round numbers, so that at most four grid lines are needed."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 10_000):
        if highest <= step * 4:
            return step * max(1, -int(-highest // step))
    return int(highest) + 1


def grid_steps(top: int) -> list[int]:
    for parts in (4, 3, 2, 1):
        if top % parts == 0:
            return [top * index // parts for index in range(parts + 1)]
    return [0, top]


def legend(names: Sequence[str]) -> SafeString:
    items = format_html_join(
        "",
        '<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{}" width="10" height="10" rx="2"/></svg>'
        "{}</li>",
        ((_class(index), name) for index, name in enumerate(names)),
    )
    return format_html('<ul class="legend">{}</ul>', items)


def stacked_bars(
    bars: Sequence[Bar],
    names: Sequence[str],
    *,
    title: str,
    finding: str,
    unit: str = "%",
    cap: Number | None = None,
    cap_label: str = "",
    head: str = "Week",
    height: int = 220,
) -> SafeString:
    """Columns of stacked parts on a zero baseline, with legend, load line and the same numbers as a table.

    `finding` says in a sentence what the picture shows; it becomes the description read aloud.
    """
    top = _top(bars, cap)
    scale = height / top
    return format_html(
        '<figure class="stack stack-4">{legend}<div class="chart">{y_axis}'
        '<svg height="{height}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{finding}</desc>'
        "{grid}{columns}{load_line}</svg>{x_axis}</div>{table}</figure>",
        legend=legend(names),
        y_axis=y_axis(top, unit),
        height=height,
        key=f"chart-{slugify(title)}",
        title=title,
        finding=finding,
        grid=grid_lines(top, scale, height),
        columns=_columns(bars, names, scale, height, unit),
        load_line=_load_line(cap, cap_label, scale, height),
        x_axis=_x_axis(bars),
        table=_bars_table(bars, names, title, head, unit),
    )


def y_axis(top: int, unit: str) -> SafeString:
    labels = [f"{step}{unit}" if step else "0" for step in reversed(grid_steps(top))]
    spans = format_html_join("", "<span>{}</span>", ((label,) for label in labels))
    return format_html('<div class="chart-y" aria-hidden="true">{}</div>', spans)


def _x_axis(bars: Sequence[Bar]) -> SafeString:
    spans = format_html_join(
        "",
        "<span>{}</span>",
        ((format_html("<b>{}</b>", bar.label) if bar.is_current else bar.label,) for bar in bars),
    )
    return format_html('<div class="chart-x" aria-hidden="true">{}</div>', spans)


def grid_lines(top: int, scale: float, height: int) -> SafeString:
    lines = ((("grid" if step else "base"), num(height - step * scale)) for step in grid_steps(top))
    return format_html_join(
        "", '<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/>', ((name, y, y) for name, y in lines)
    )


def _columns(bars: Sequence[Bar], names: Sequence[str], scale: float, height: int, unit: str) -> SafeString:
    slot = 100 / max(1, len(bars))
    return format_html_join(
        "",
        '<g class="bar"><title>{}</title>{}</g>',
        (
            (_spoken(bar, names, unit), _parts(bar, slot * index + slot * 0.19, slot * 0.62, scale, height))
            for index, bar in enumerate(bars)
        ),
    )


def _parts(bar: Bar, x: float, width: float, scale: float, height: int) -> SafeString:
    rects = []
    bottom = float(height)
    for index, part in enumerate(bar.parts or ()):
        tall = float(part) * scale
        if tall > 0:
            drawn = max(tall - GAP, 0.75)
            rects.append((_class(index), num(x), num(bottom - drawn), num(width), num(drawn)))
        bottom -= tall
    return format_html_join("", '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}" rx="1.5"/>', rects)


def _amount(value: Number, unit: str) -> str:
    return pct(value) if unit == "%" else f"{num(float(value))}{unit}"


def _spoken(bar: Bar, names: Sequence[str], unit: str) -> str:
    if bar.parts is None:
        return f"{bar.name}: no capacity"
    parts = [f"{name} {_amount(part, unit)}" for name, part in zip(names, bar.parts, strict=True) if part]
    return f"{bar.name}: {_amount(bar.total, unit)}" + (f" · {', '.join(parts)}" if parts else "")


def _load_line(cap: Number | None, label: str, scale: float, height: int) -> SafeString:
    if cap is None:
        return SafeString("")
    y = height - float(cap) * scale
    return format_html(
        '<line class="load" x1="0" x2="100%" y1="{y}" y2="{y}"/><circle class="mark" cx="100%" cy="{y}" r="4.5"/>'
        '<text class="strong halo" x="100%" dx="-10" y="{above}" text-anchor="end">{label}</text>',
        y=num(y),
        above=num(y - 7),
        label=label,
    )


def _bars_table(bars: Sequence[Bar], names: Sequence[str], title: str, head: str, unit: str) -> SafeString:
    heads = format_html_join("", '<th scope="col" class="end">{}</th>', ((name,) for name in names))
    rows = format_html_join("", "<tr>{}</tr>", ((_bar_cells(bar, names, unit),) for bar in bars))
    return format_html(
        '<details><summary class="link small">Show as a table</summary>'
        '<div class="scroll-x mt-4" tabindex="0" role="region" aria-label="{title}, table">'
        '<table class="table compact"><caption class="sr-only">{title}</caption>'
        '<thead><tr><th scope="col">{head}</th>{heads}<th scope="col" class="end">Total</th></tr></thead>'
        "<tbody>{rows}</tbody></table></div></details>",
        title=title,
        head=head,
        heads=heads,
        rows=rows,
    )


def _bar_cells(bar: Bar, names: Sequence[str], unit: str) -> SafeString:
    if bar.parts is None:
        return format_html(
            '<th scope="row">{}</th><td class="end" colspan="{}">no capacity</td>', bar.name, len(names) + 1
        )
    cells = format_html_join("", '<td class="end">{}</td>', ((_amount(part, unit),) for part in bar.parts))
    return format_html(
        '<th scope="row">{}</th>{}<td class="end strong">{}</td>', bar.name, cells, _amount(bar.total, unit)
    )
