"""Durations, dates, shares and hours in the words of the product."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

MINUTE, HOUR, DAY = 60, 3600, 86400
NO_CAPACITY = "no capacity"


def duration(value: float | timedelta | None) -> str:
    """41 min, 3 h 05 min, 2 d 4 h; whole minutes, cut off. For how long something lasted."""
    if value is None:
        return "–"
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    sign = "−" if seconds < 0 else ""
    return sign + _duration(abs(seconds))


def _duration(seconds: int) -> str:
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        minutes = seconds % HOUR // MINUTE
        return f"{seconds // HOUR} h {minutes:02d} min" if minutes else f"{seconds // HOUR} h"
    hours = seconds % DAY // HOUR
    return f"{seconds // DAY} d {hours} h" if hours else f"{seconds // DAY} d"


def spent(seconds: int) -> str:
    """41 min, 33 h 05 min: time that people worked, which has no days of 24 hours."""
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    return (
        f"{hours} h {minutes:02d} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
    )


def half_up(value: Decimal | Fraction | float, places: int = 1) -> Decimal:
    """Rounds as people do. A float goes through its shortest text, so 31.25 is 31.3 and not 31.2."""
    if isinstance(value, Fraction):
        return half_up_ratio(value.numerator, value.denominator, places)
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def half_up_ratio(above: int, below: int, places: int = 1) -> Decimal:
    """The same of a ratio that nobody has reduced."""
    scaled = above * 10**places
    whole = (2 * abs(scaled) + below) // (2 * below)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def _short(number: Decimal) -> str:
    text = f"{number:,}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def typed_hours(minutes: int) -> str:
    """Minutes as hours for a field with two decimals, which so gives them back to the minute: 7.5, 7.67."""
    return f"{half_up(Fraction(minutes, 60), 2)}".rstrip("0").rstrip(".")


def hours(seconds: float | timedelta | None, unit: str = "h") -> str:
    """Seconds as hours with one decimal: 9.4 h, 1,680 h. `{{ s|hours:"" }}` leaves the unit away."""
    if seconds is None:
        return "–"
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    number = half_up(Fraction(seconds) / HOUR)
    return f"{_short(number)} {unit}".strip()


def pct(value: Any, empty: str = NO_CAPACITY) -> str:
    """A percentage (43.25, not 0.4325) rounded half up to one decimal; None is said, never shown as 0."""
    return empty if value is None else f"{_short(half_up(value))}%"


def _day(day: date, *, weekday: bool = False) -> str:
    text = f"{day.day} {day:%b}"
    if day.year != timezone.localdate().year:
        text += f" {day.year}"
    return f"{day:%a} {text}" if weekday else text


def _time_tag(moment: datetime, words: str) -> SafeString:
    exact = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        f"{exact:%Y-%m-%dT%H:%M:%SZ}",
        f"{exact:%Y-%m-%d %H:%M:%S} UTC",
        words,
    )


def short_time(moment: datetime | None, *, first: bool = False) -> SafeString:
    """today 13:52 CET or 4 Nov 02:11 CET, in the reader's zone, which is named; the exact UTC time is in the title.
    `first` where nothing is said before it: Today 13:52 CET."""
    if moment is None:
        return SafeString("–")
    local = timezone.localtime(moment)
    today = "Today" if first else "today"
    day = today if local.date() == timezone.localdate() else _day(local.date())
    zone = format_html('<span class="zone"> {}</span>', f"{local:%Z}")
    return _time_tag(moment, format_html("{}{}", f"{day} {local:%H:%M}", zone))


def utc_time(moment: datetime | None) -> SafeString:
    """4 Nov 2026 02:11 UTC: for incidents, where people of several zones read the same page."""
    if moment is None:
        return SafeString("–")
    exact = moment.astimezone(UTC)
    return _time_tag(moment, f"{exact.day} {exact:%b %Y %H:%M} UTC")


def clock(moment: datetime | None) -> SafeString:
    """14:33 in UTC: for a timeline whose day is said elsewhere."""
    if moment is None:
        return SafeString("–")
    return _time_tag(moment, f"{moment.astimezone(UTC):%H:%M}")


def short_date(day: date | None, empty: str = "–") -> SafeString:
    """Thu 19 Nov; with the year when it is another one."""
    if day is None:
        return SafeString(format_html("{}", empty))
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), _day(day, weekday=True))
