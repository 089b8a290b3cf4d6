"""Values and intervals in the words of the product."""

from __future__ import annotations

from apps.core.templatetags.times import DAY, duration, half_up
from apps.metrics.figures import Change, Figure, Unit
from apps.metrics.intervals.asking import Interval

NOTHING = "–"


def amount(value: float | None, unit: Unit) -> str:
    """12, 41 min, 3.5 d, 43%, 12.4 h; a dash for what is not known."""
    if value is None:
        return NOTHING
    if unit == Unit.SECONDS:
        return "under 1 min" if 0 <= value < 60 else duration(value)
    if unit == Unit.DAYS:
        return f"{_number(value / DAY)} d"
    if unit == Unit.FRACTION:
        return f"{half_up(100 * value, 0)}%"
    if unit == Unit.HOURS:
        return f"{_number(value)} h"
    return _number(value)


def _number(value: float) -> str:
    text = f"{half_up(value, 1):,}"
    return text.removesuffix(".0").replace("-", "−")


def limits(interval: Interval | None, unit: Unit) -> str:
    """0.6 to 8.8; without an upper limit "4.1 or more"."""
    if interval is None or not interval.is_known:
        return ""
    if unit == Unit.COUNT:
        low, high = (f"{half_up(end or 0, 1):,}" for end in (interval.low, interval.high))
    else:
        low, high = (amount(end, unit) for end in (interval.low, interval.high))
    if interval.high is None:
        return f"{low} or more"
    return f"{low} to {high}"


def between(change: Change) -> str:
    """The interval of a change: 0.4 to 2.7 times, or −12 to 30 points."""
    interval = change.interval
    if not interval.is_known:
        return ""
    if change.kind == "difference":
        low, high = (
            f"{half_up(100 * (end or 0), 0)}".replace("-", "−") for end in (interval.low, interval.high)
        )
        return f"{low} to {high} points"
    low, high = (times(end) for end in (interval.low, interval.high))
    return f"{low} to {high} times" if interval.high is not None else f"{low} times or more"


def times(value: float | None) -> str:
    return f"{half_up(value or 0, 2 if (value or 0) < 0.95 else 1)}"


def value_of(figure: Figure) -> str:
    if figure.part is not None:
        return f"{figure.part:,} of {figure.n:,}"
    return amount(figure.value, figure.unit)
