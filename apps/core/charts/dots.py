"""Every value a dot on a logarithmic axis of time, and above them the share that took no longer (ECDF)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from apps.core.charts.numbers import num
from apps.core.charts.tables import as_table
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
) -> SafeString:
    """`running` are those without an end: hollow, with an arrow, and not in the curve. `middle` is the median and
    `band` its interval, in seconds. `finding` says in a sentence what the picture shows; `address`
    says where the page of a dot is, by its name."""
    drawn, hollow = thinned(dots, DRAWN), thinned(running, DRAWN // 2)
    return format_html(
        '<figure class="stack stack-2"><div class="chart no-y"><svg height="{height}" role="img" '
        'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{title}</title><desc id="{key}-d">{finding}</desc>'
        "{grid}{band}{curve}{dots}{running}{middle}</svg></div>{count}{table}</figure>",
        height=HEIGHT,
        key=f"chart-{slugify(title)}",
        title=title,
        finding=finding,
        grid=_grid(scale),
        band=_band(band, scale),
        curve=_curve(dots, scale),
        dots=_dots(drawn, scale),
        running=_running(hollow, scale),
        middle=_middle(middle, scale),
        count=_count(len(drawn) + len(hollow), len(dots) + len(running)),
        table=_table(drawn, hollow, title, address),
    )


def _grid(scale: LogScale) -> SafeString:
    foot = CURVE + GAP + STRIP
    lines = format_html_join(
        "",
        '<line class="grid" x1="{}%" x2="{}%" y1="0" y2="{}"/><text{} x="{}%" y="{}" text-anchor="middle">{}</text>',
        (
            (x, x, foot, SafeString(' class="opt"') if index % 2 else "", x, HEIGHT - 5, text)
            for index, (x, text) in enumerate((num(scale.place(at)), text) for at, text in scale.ticks)
        ),
    )
    shares = format_html_join(
        "",
        '<line class="grid" x1="0" x2="100%" y1="{}" y2="{}"/>',
        ((num(y), num(y)) for y in (0.5, CURVE / 2)),
    )
    return format_html(
        '{}{}<line class="base" x1="0" x2="100%" y1="{}" y2="{}"/><line class="base" x1="0" x2="100%" y1="{}" y2="{}"/>'
        '<text class="halo" x="0" y="12">100%</text><text class="halo" x="0" y="{}">50%</text>',
        lines,
        shares,
        *(CURVE, CURVE, foot, foot),
        CURVE // 2 + 12,
    )


def _band(band: tuple[float, float] | None, scale: LogScale) -> SafeString:
    if band is None:
        return SafeString("")
    low, high = (scale.place(end) for end in band)
    width = max(high - low, 0.4)
    return format_html(
        '<rect class="band" x="{}%" width="{}%" y="0" height="{}"/>',
        num(low),
        num(width),
        CURVE + GAP + STRIP,
    )


def _middle(middle: float | None, scale: LogScale) -> SafeString:
    if middle is None:
        return SafeString("")
    x = num(scale.place(middle))
    return format_html('<line class="middle" x1="{}%" x2="{}%" y1="0" y2="{}"/>', x, x, CURVE + GAP + STRIP)


def _curve(dots: Sequence[Dot], scale: LogScale) -> SafeString:
    if len(dots) < 2:
        return SafeString("")
    steps = thinned(dots, STEPS)
    words = [f"M0 {CURVE}"]
    for index, dot in enumerate(steps):
        words.append(f"H{num(scale.place(dot.seconds) * 10)}V{num(CURVE * (1 - (index + 1) / len(steps)))}")
    return format_html(
        '<svg viewBox="0 0 1000 {}" preserveAspectRatio="none" width="100%" height="{}">'
        '<path class="line" d="{}H1000"/></svg>',
        CURVE,
        CURVE,
        "".join(words),
    )


def _lane(index: int) -> int:
    """Neighbours of a rank stand in different lanes, always the same ones."""
    return CURVE + GAP + 5 + index * 2 % 5 * 5


def _dots(dots: Sequence[Dot], scale: LogScale) -> SafeString:
    return format_html_join(
        "",
        '<circle class="dot" cx="{}%" cy="{}" r="3.5"><title>{}: {}</title></circle>',
        (
            (num(scale.place(dot.seconds)), _lane(index), dot.name, duration(dot.seconds))
            for index, dot in enumerate(dots)
        ),
    )


def _running(dots: Sequence[Dot], scale: LogScale) -> SafeString:
    return format_html_join(
        "",
        '<svg class="running" x="{}%" y="{}"><title>{}: {} so far</title><circle r="3.5"/>'
        '<path d="M4 0h9m-3-3 3 3-3 3"/></svg>',
        (
            (num(scale.place(dot.seconds)), _lane(index), dot.name, duration(dot.seconds))
            for index, dot in enumerate(dots)
        ),
    )


def _count(drawn: int, whole: int) -> SafeString:
    if drawn == whole:
        return SafeString("")
    return format_html(
        '<p class="small text-2">Showing {} of {} dots, evenly from the shortest to the longest. The curve and the '
        "figures are of all.</p>",
        f"{drawn:,}",
        f"{whole:,}",
    )


def _table(
    drawn: Sequence[Dot], running: Sequence[Dot], title: str, address: Callable[[str], str]
) -> SafeString:
    said = [(dot, duration(dot.seconds)) for dot in drawn]
    said += [(dot, f"{duration(dot.seconds)} so far") for dot in running]
    rows = [
        (format_html('<a class="link" href="{}">{}</a>', address(dot.name), dot.name), lasted)
        for dot, lasted in said
    ]
    return as_table(title, ("Incident", "Duration"), rows)
