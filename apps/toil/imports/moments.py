"""Wall-clock times of a zone as moments, also in the nights in which the clocks are changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from apps.core.tables import shown
from apps.toil.lines.durations import Unreadable
from apps.toil.slices import midnight

CLOCK = re.compile(
    r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?(?:\.[0-9]+)? ?(?:([ap])\.?m\.?)?", re.IGNORECASE
)
TOLERANCE = 60  # seconds by which a duration may disagree with start and end
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """In UTC. `note` says how a time that came twice was taken."""

    start: datetime
    end: datetime
    note: str = ""


@lru_cache(maxsize=8192)
def read_time(text: str) -> time:
    """09:05, 09:05:30, 9:05 AM or 9 pm. Raises Unreadable."""
    match = CLOCK.fullmatch(text)
    if not match or not (match[2] or match[4]):
        raise Unreadable(f"{shown(text)} is no time such as 14:05.")
    hour, half = int(match[1]), (match[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise Unreadable(f"{shown(text)} is no time of a day of two halves.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match[2] or 0), int(match[3] or 0))
    except ValueError as error:
        raise Unreadable(f"{shown(text)} is no time such as 14:05.") from error


def possible(day: date, at: time, zone: tzinfo) -> list[datetime]:
    """The moments in UTC at which the clocks of the zone show this: one, none, or two. Raises Unreadable for none."""
    offset = _offset(day, zone)
    wall = datetime.combine(day, at, tzinfo=UTC)
    if offset is not None:
        return [wall - offset]
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    found = sorted(one for one in both if one.astimezone(zone).replace(tzinfo=UTC) == wall)
    if not found:
        raise Unreadable(
            f"{at:%H:%M} does not exist on {day} in {zone}: the clocks went forward. Is it another time zone?"
        )
    return found


@lru_cache(maxsize=8192)
def _offset(day: date, zone: tzinfo) -> timedelta | None:
    """From UTC, on a day that has the same from midnight to midnight; None on others."""
    start, end = (datetime.combine(one, time(0), tzinfo=zone) for one in (day, day + DAY))
    if midnight(day + DAY, zone) - midnight(day, zone) != DAY:
        return None
    offset = start.utcoffset()
    is_plain = (
        offset == end.utcoffset() == end.replace(fold=1).utcoffset() == start.replace(fold=1).utcoffset()
    )
    return offset if is_plain else None


def stretch_of(starts: list[datetime], ends: list[datetime], seconds: int | None, zone: tzinfo) -> Stretch:
    """From start to end, both in all the ways they can be meant; the duration decides between them where it can.

    `ends` may be empty when `seconds` is known. Raises Unreadable.
    """
    if not ends:
        end = starts[0] + timedelta(seconds=seconds or 0)
        return Stretch(starts[0], end, _note(starts, starts[0], zone, is_told=False))
    pairs = [(start, end) for start in starts for end in ends if end > start]
    if not pairs:
        raise Unreadable("The end does not come after the start.")
    fitting = [pair for pair in pairs if seconds is None or abs(_lasts(pair) - seconds) <= TOLERANCE]
    if not fitting:
        said, found = timedelta(seconds=seconds or 0), timedelta(seconds=_lasts(pairs[0]))
        raise Unreadable(f"The duration says {said}, but from start to end it is {found}.")
    start, end = fitting[0]
    is_told = len(fitting) == 1
    note = _note(starts, start, zone, is_told=is_told) or _note(ends, end, zone, is_told=is_told)
    return Stretch(start, end, note)


def _lasts(pair: tuple[datetime, datetime]) -> int:
    return int((pair[1] - pair[0]).total_seconds())


def _note(meant: list[datetime], taken: datetime, zone: tzinfo, *, is_told: bool) -> str:
    if len(meant) == 1:
        return ""
    local = taken.astimezone(zone)
    if sum(f"{one.astimezone(zone):%c}" == f"{local:%c}" for one in meant) == 1:
        return ""  # the same time on two days
    which = "second" if local.fold else "first"
    why = "as start, end and duration say" if is_told else "since nothing says which"
    return f"{local:%H:%M} came twice on {local:%Y-%m-%d} in {zone}; taken as the {which}, {why}."
