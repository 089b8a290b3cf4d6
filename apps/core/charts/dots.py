"""Every value a dot on a logarithmic axis of time, and above them the share that took no longer (ECDF)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas
from apps.core.charts.chart import Chart
from apps.core.templatetags.times import DAY, HOUR, MINUTE, duration

TICKS = (
    (MINUTE, "1 min"),
    (5 * MINUTE, "5 min"),
    (15 * MINUTE, "15 min"),
    (HOUR, "1 h"),
    (4 * HOUR, "4 h"),
    (DAY, "1 d"),
    (3 * DAY, "3 d"),
    (10 * DAY, "10 d"),
    (30 * DAY, "30 d"),
    (90 * DAY, "90 d"),
    (365 * DAY, "1 y"),
)
DRAWN = 250
STEPS = 200
CURVE, GAP, STRIP, AXIS = 84, 12, 30, 22
HEIGHT = CURVE + GAP + STRIP + AXIS
MARGIN = 3  # percent on both sides


@dataclass(frozen=True, slots=True)
class Dot:
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LogScale:
    """From one tick to another; what is shorter than the first stands on it."""

    first: float
    last: float

    @classmethod
    def around(cls, seconds: Sequence[float]) -> LogScale:
        known = [max(float(MINUTE), one) for one in seconds] or [float(MINUTE), float(HOUR)]
        first = max((at for at, _ in TICKS if at <= min(known)), default=TICKS[0][0])
        last = min((at for at, _ in TICKS if at >= max(known)), default=max(known))
        return cls(first, max(last, first * 60))

    def place(self, seconds: float) -> float:
        """In percent of the width."""
        inside = min(max(seconds, self.first), self.last)
        return MARGIN + (100 - 2 * MARGIN) * log(inside / self.first) / log(self.last / self.first)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        return [(at, text) for at, text in TICKS if self.first <= at <= self.last]


def thinned(dots: Sequence[Dot], most: int) -> list[Dot]:
    """Evenly by rank, the shortest and the longest always among them, so that the shape stays."""
    ordered = sorted(dots, key=lambda dot: dot.seconds)
    if len(ordered) <= most:
        return ordered
    return [ordered[index * (len(ordered) - 1) // (most - 1)] for index in range(most)]


def spread(
    dots: Sequence[Dot],
    running: Sequence[Dot],
    *,
    title: str,
    finding: str,
    scale: LogScale,
    address: Callable[[str], str],
    middle: float | None = None,
    band: tuple[float, float] | None = None,
) -> Chart:
    """`running` are those without an end: hollow, with an arrow, and not in the curve. `middle` is the median and
    `band` its interval, in seconds. `address` says where the page of a dot is, by its name."""
    drawn, hollow = thinned(dots, DRAWN), thinned(running, DRAWN // 2)
    return Chart(
        title=title,
        finding=finding,
        height=HEIGHT,
        draw=lambda canvas: format_html(
            "{}{}{}{}{}{}",
            _grid(canvas, scale),
            _band(canvas, band, scale),
            _curve(canvas, dots, scale),
            _dots(canvas, drawn, scale),
            _running(canvas, hollow, scale),
            _middle(canvas, middle, scale),
        ),
        note=_count(len(drawn) + len(hollow), len(dots) + len(running)),
        table=(("Incident", "Duration"), _rows(drawn, hollow, address)),
    )


FOOT = CURVE + GAP + STRIP


def _grid(canvas: Canvas, scale: LogScale) -> SafeString:
    marks = []
    for index, (at, words) in enumerate(scale.ticks):
        x = scale.place(at)
        marks.append(canvas.line("grid", (x, 0), (x, FOOT)))
        marks.append(canvas.text("tick opt" if index % 2 else "tick", (x, HEIGHT - 5), words, "middle"))
    marks += [canvas.line("grid", (0, y), (100, y)) for y in (0.5, CURVE / 2)]
    marks += [canvas.line("base", (0, y), (100, y)) for y in (CURVE, FOOT)]
    marks.append(canvas.text("tick halo", (0, 12), "100%"))
    marks.append(canvas.text("tick halo", (0, CURVE // 2 + 12), "50%"))
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _band(canvas: Canvas, band: tuple[float, float] | None, scale: LogScale) -> SafeString:
    if band is None:
        return SafeString("")
    low, high = (scale.place(end) for end in band)
    return canvas.rect("band", x=low, width=max(high - low, 0.4), y=0, height=FOOT)


def _middle(canvas: Canvas, middle: float | None, scale: LogScale) -> SafeString:
    if middle is None:
        return SafeString("")
    x = scale.place(middle)
    return canvas.line("middle", (x, 0), (x, FOOT))


def _curve(canvas: Canvas, dots: Sequence[Dot], scale: LogScale) -> SafeString:
    if len(dots) < 2:
        return SafeString("")
    steps = thinned(dots, STEPS)
    rising = [
        (scale.place(dot.seconds), CURVE * (1 - (index + 1) / len(steps))) for index, dot in enumerate(steps)
    ]
    return canvas.path("line", [(0, CURVE), *rising, (100, 0)], CURVE, steps=True)


def _lane(index: int) -> int:
    """Neighbours of a rank stand in different lanes, always the same ones."""
    return CURVE + GAP + 5 + index * 2 % 5 * 5


def _dots(canvas: Canvas, dots: Sequence[Dot], scale: LogScale) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                canvas.circle(
                    "dot",
                    (scale.place(dot.seconds), _lane(index)),
                    3.5,
                    f"{dot.name}: {duration(dot.seconds)}",
                ),
            )
            for index, dot in enumerate(dots)
        ),
    )


def _running(canvas: Canvas, dots: Sequence[Dot], scale: LogScale) -> SafeString:
    marks = format_html(
        '<circle {} r="3.5"/><path {} d="M4 0h9m-3-3 3 3-3 3"/>', canvas.look("runs"), canvas.look("arrow")
    )
    return format_html_join(
        "",
        "{}",
        (
            (
                canvas.at(
                    (scale.place(dot.seconds), _lane(index)),
                    marks,
                    f"{dot.name}: {duration(dot.seconds)} so far",
                ),
            )
            for index, dot in enumerate(dots)
        ),
    )


def _count(drawn: int, whole: int) -> str:
    if drawn == whole:
        return ""
    return (
        f"Showing {drawn:,} of {whole:,} dots, evenly from the shortest to the longest. The curve and the figures are "
        "of all."
    )


def _rows(
    drawn: Sequence[Dot], running: Sequence[Dot], address: Callable[[str], str]
) -> list[tuple[object, ...]]:
    said = [(dot, duration(dot.seconds)) for dot in drawn]
    said += [(dot, f"{duration(dot.seconds)} so far") for dot in running]
    return [
        (format_html('<a class="link" href="{}">{}</a>', address(dot.name), dot.name), lasted)
        for dot, lasted in said
    ]
