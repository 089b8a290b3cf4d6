"""The few that make most: bars on a common zero, largest first, and beside them how they add up to all of it.

On a phone the curve gives its place to names and values: its sums are in the table, and its few are in their colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas, Place
from apps.core.charts.chart import Chart
from apps.core.charts.numbers import Number, num

LINE, HEAD = 38, 22  # pixels: a row, and what stands above the first
BARS, SUMS = 66.0, 74.0  # percent of the width: where bars end, where the curve begins
LONGEST = 34  # letters of a name
MOST = 80
"""Percent of the whole that the few make."""
FEW, MANY, LOOSE = "c1", "c0", "c2"


@dataclass(frozen=True, slots=True)
class Part:
    """`is_loose`: what could not be told apart, which is a finding of its own and no cause."""

    name: str
    size: Number
    value: str
    is_loose: bool = False


def cumulated(sizes: Sequence[Number]) -> list[float]:
    """In percent of their sum, the last 100."""
    whole = float(sum(sizes)) or 1.0
    return [100 * float(so_far) / whole for so_far in accumulate(sizes)]


def how_many_make(sizes: Sequence[Number], most: int = MOST) -> int:
    """The smallest number of the first ones that make so many percent; sizes are sorted, largest first."""
    whole, so_far = sum(sizes), accumulate(sizes)
    if not whole:
        return 0
    return 1 + next(place for place, part in enumerate(so_far) if 100 * part >= most * whole)


def pareto(
    parts: Sequence[Part],
    *,
    title: str,
    finding: str,
    heads: tuple[str, str],
    names: tuple[str, str, str],
    few: int,
) -> Chart:
    """`parts` are all there are, largest first, a remainder last; the first `few` are marked. `names` say what the
    looks mean: the few, the others, what could not be told apart."""
    sums = cumulated([part.size for part in parts])
    shown = [f"{round(each)}%" for each in sums]
    used = {_look(place, part, few) for place, part in enumerate(parts)}
    return Chart(
        title=title,
        finding=finding,
        height=HEAD + LINE * len(parts),
        draw=lambda canvas: _drawn(canvas, parts, sums, few),
        legend=[pair for pair in zip((FEW, MANY, LOOSE), names, strict=True) if pair[0] in used],
        table=((*heads, "Cumulative"), [(p.name, p.value, s) for p, s in zip(parts, shown, strict=True)]),
    )


def _look(place: int, part: Part, few: int) -> str:
    if part.is_loose:
        return LOOSE
    return FEW if place < few else MANY


def _drawn(canvas: Canvas, parts: Sequence[Part], sums: Sequence[float], few: int) -> SafeString:
    greatest = max([float(part.size) for part in parts] + [0.0]) or 1.0
    scale, height = (100 - SUMS) / 100, HEAD + LINE * len(parts)
    dots: list[Place] = [(SUMS + scale * s, HEAD + LINE * place + 24) for place, s in enumerate(sums)]
    marks = [canvas.text("tick", (0, 11), "largest first"), *_axis(canvas, scale, height)]
    for place, part in enumerate(parts):
        y, width = HEAD + LINE * place, BARS * float(part.size) / greatest
        bar = canvas.bar(_look(place, part, few), x=0, width=width, y=y + 19, height=9)
        said = f"{part.name}: {part.value}, {round(sums[place])}% with all before it"
        words = canvas.text("tick", (0, y + 13), _short(part.name)) + _valued(canvas, part.value, y + 13)
        marks.append(canvas.group("bar", said, words + bar))
    marks.append(canvas.path("line opt", dots, height) if len(dots) > 1 else SafeString(""))
    for place, dot in enumerate(dots):
        marks.append(canvas.circle("pt opt" if place < few else "pt part opt", dot, 4))
        marks.append(canvas.text("tick halo opt", dot, f"{num(round(sums[place]))}%", "end", dx=-9))
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _axis(canvas: Canvas, scale: float, height: float) -> list[SafeString]:
    """From nothing to all of it, with a line where the few end."""
    lines = [
        canvas.line(look, (SUMS + scale * share, HEAD - 4), (SUMS + scale * share, height))
        for look, share in (("base opt", 0), ("grid opt", MOST), ("grid opt", 100))
    ]
    return [*lines, canvas.text("tick opt", (SUMS + scale * MOST, 11), f"{MOST}%", "middle")]


def _valued(canvas: Canvas, value: str, y: float) -> SafeString:
    """Where the bars end, and on a phone where the picture does."""
    if canvas.is_file:
        return canvas.text("strong halo", (BARS, y), value, "end")
    beside = canvas.text("strong halo opt", (BARS, y), value, "end")
    return beside + canvas.text("strong halo slim", (100, y), value, "end")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
