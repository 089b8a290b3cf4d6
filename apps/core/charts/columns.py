"""Columns on a zero baseline: stacked, side by side, or the parts of a distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas
from apps.core.charts.chart import Chart, Label
from apps.core.charts.numbers import Number, num
from apps.core.charts.scale import grid_lines, round_top
from apps.core.templatetags.times import NO_CAPACITY, pct

SERIES = 5  # more parts than this are drawn as "other", in grey
GAP = 1.5
WIDE = 0.62  # of the place of one label
BESIDE = 0.06  # between columns of one place
PHONE, FEW, SHORT = 4, 6, 3  # every fourth label, of more than so many, of more letters than so


@dataclass(frozen=True, slots=True)
class Bar:
    """One place: axis label, full name, and its parts in the order of the legend (None: nothing to draw, and why)."""

    label: str
    name: str
    parts: Sequence[Number] | None
    is_current: bool = False
    why_none: str = NO_CAPACITY

    @property
    def total(self) -> float:
        return sum(float(part) for part in self.parts or ())


def look_of(index: int) -> str:
    return f"c{index + 1}" if index < SERIES else "c0"


def _labels(bars: Sequence[Bar]) -> list[Label]:
    """Of many long ones a phone shows every fourth."""
    is_long = any(len(bar.label) > SHORT for bar in bars) and len(bars) > FEW
    return [
        Label(bar.label, bar.is_current, is_extra=is_long and bool(index % PHONE))
        for index, bar in enumerate(bars)
    ]


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
) -> Chart:
    """Columns of stacked parts with legend and load line."""
    top = round_top(max([bar.total for bar in bars] + [float(cap or 0) * 1.1, 1.0]))
    stacks = [list(range(len(names)))]
    return Chart(
        title=title,
        finding=finding,
        height=height,
        top=top,
        unit=unit,
        draw=lambda canvas: format_html(
            "{}{}{}",
            grid_lines(canvas, top, height),
            _columns(canvas, bars, names, stacks, top, height, unit),
            _load_line(canvas, cap, cap_label, top, height),
        ),
        labels=_labels(bars),
        legend=[(look_of(index), name) for index, name in enumerate(names)],
        table=((head, *names, *_total(names)), [_row(bar, names, unit) for bar in bars]),
        total_last=len(names) > 1,
    )


def columns(
    bars: Sequence[Bar],
    names: Sequence[str],
    *,
    title: str,
    finding: str,
    head: str,
    stacks: Sequence[Sequence[int]] = (),
    height: int = 200,
) -> Chart:
    """Counts side by side: `stacks` says which parts stand on each other, `[[0], [1, 2]]`; without it each stands
    alone. With one part each column has its number on top: a distribution."""
    together = stacks or [[index] for index in range(len(names))]
    highest = [sum(float((bar.parts or ())[index]) for index in stack) for bar in bars for stack in together]
    top = round_top(max([*highest, 1.0]) * (1.08 if len(names) == 1 else 1))
    return Chart(
        title=title,
        finding=finding,
        height=height,
        top=top,
        draw=lambda canvas: format_html(
            "{}{}{}",
            grid_lines(canvas, top, height),
            _columns(canvas, bars, names, together, top, height, ""),
            _numbers(canvas, bars, top, height) if len(names) == 1 else "",
        ),
        labels=_labels(bars),
        legend=[(look_of(index), name) for index, name in enumerate(names)],
        table=((head, *names), [(bar.name, *(f"{part:,}" for part in bar.parts or ())) for bar in bars]),
    )


def _columns(
    canvas: Canvas,
    bars: Sequence[Bar],
    names: Sequence[str],
    stacks: Sequence[Sequence[int]],
    top: int,
    height: float,
    unit: str,
) -> SafeString:
    slot, scale = 100 / max(1, len(bars)), height / top
    found = []
    for index, bar in enumerate(bars):
        width = slot * (WIDE - BESIDE * (len(stacks) - 1)) / len(stacks)
        left = slot * index + slot * (1 - WIDE) / 2
        parts = [
            _stack(canvas, bar, stack, left + (width + slot * BESIDE) * place, width, scale, height)
            for place, stack in enumerate(stacks)
            if bar.parts is not None
        ]
        found.append((canvas.group("bar", _spoken(bar, names, unit), SafeString("".join(parts))),))
    return format_html_join("", "{}", found)


def _stack(
    canvas: Canvas, bar: Bar, stack: Sequence[int], x: float, width: float, scale: float, height: float
) -> SafeString:
    """The lowest part stands on the zero line; a gap lies above each."""
    tall = [float((bar.parts or ())[index]) * scale for index in stack]
    foot = [height - below for below in accumulate(tall, initial=0.0)]
    drawn = [
        canvas.bar(
            look_of(index), x=x, width=width, y=bottom - max(part - GAP, 0.75), height=max(part - GAP, 0.75)
        )
        for index, part, bottom in zip(stack, tall, foot, strict=False)
        if part > 0
    ]
    return SafeString("".join(drawn))


def _numbers(canvas: Canvas, bars: Sequence[Bar], top: int, height: float) -> SafeString:
    slot = 100 / max(1, len(bars))
    return format_html_join(
        "",
        "{}",
        (
            (
                canvas.text(
                    "strong",
                    (slot * (index + 0.5), height - bar.total * height / top - 5),
                    f"{bar.total:,.0f}",
                    "middle",
                ),
            )
            for index, bar in enumerate(bars)
        ),
    )


def _amount(value: Number, unit: str) -> str:
    return pct(value) if unit == "%" else f"{num(float(value))}{unit}"


def _spoken(bar: Bar, names: Sequence[str], unit: str) -> str:
    if bar.parts is None:
        return f"{bar.name}: {bar.why_none}"
    parts = [f"{name} {_amount(part, unit)}" for name, part in zip(names, bar.parts, strict=True) if part]
    if len(names) == 1 or not unit:
        return f"{bar.name}: {', '.join(parts) or '0'}"
    return f"{bar.name}: {_amount(bar.total, unit)}" + (f" · {', '.join(parts)}" if parts else "")


def _load_line(canvas: Canvas, cap: Number | None, label: str, top: int, height: float) -> SafeString:
    if cap is None:
        return SafeString("")
    y = height - float(cap) * height / top
    return format_html(
        "{}{}{}",
        canvas.line("load", (0, y), (100, y)),
        canvas.circle("mark", (100, y), 4.5),
        canvas.text("strong halo", (100, y - 7), label, "end", dx=-10),
    )


def _total(names: Sequence[str]) -> list[str]:
    """One part is its own sum."""
    return ["Total"] if len(names) > 1 else []


def _row(bar: Bar, names: Sequence[str], unit: str) -> list[str]:
    total = _total(names)
    if bar.parts is None:
        return [bar.name, *("" for _ in [*names, *total][1:]), bar.why_none]
    return [
        bar.name,
        *(_amount(part, unit) for part in bar.parts),
        *(_amount(bar.total, unit) for _ in total),
    ]
