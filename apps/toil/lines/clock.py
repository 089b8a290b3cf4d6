"""Wall-clock times as people type them, and the moments they mean on a date in a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from apps.toil.lines.durations import Unreadable
from apps.toil.slices import elapsed_seconds

OVERNIGHT = 8 * 3600


@dataclass(frozen=True, slots=True, order=True)
class Clock:
    """14:05, or 14:05:30 as a timer stopped; `turn` is a or b where the clocks show the same time twice. 24:00 is the
    end of the day."""

    hour: int
    minute: int
    second: int = 0
    turn: str = ""

    def __str__(self) -> str:
        second = f":{self.second:02d}" if self.second else ""
        return f"{self.hour:02d}:{self.minute:02d}{second}{self.turn}"


def read_clock(text: str) -> Clock:
    match = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?([ab]?)", text.strip().lower())
    clock = Clock(int(match[1]), int(match[2]), int(match[3] or 0), match[4]) if match else None
    if clock is None or (clock.hour, clock.minute, clock.second) > (24, 0, 0):
        raise Unreadable(f"{text.strip()} is not a time such as 14:05.")
    return clock


def read_times(text: str) -> tuple[Clock, Clock]:
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise Unreadable("Write both times, such as 14:00-14:25.")
    return read_clock(start), read_clock(end)


def moments(day: date, start: Clock, end: Clock, zone: tzinfo) -> tuple[datetime, datetime]:
    """Start and end in UTC. An end before the start lies on the next day, if that is at most 8 hours on."""
    began = moment(day, start, zone)
    if end > start or (end.turn and moment(day, end, zone) > began):
        ended = moment(day, end, zone)
        if ended <= began:
            raise Unreadable(f"On {_spoken(day)} {end} came before {start}.")
        return began, ended
    ended = moment(day + timedelta(days=1), end, zone)
    if elapsed_seconds(began, ended) > OVERNIGHT:
        raise Unreadable("The end comes before the start. Over midnight an entry may last at most 8 hours.")
    return began, ended


def moment(day: date, clock: Clock, zone: tzinfo) -> datetime:
    if clock.hour == 24:
        return moment(day + timedelta(days=1), Clock(0, 0, turn=clock.turn), zone)
    first = datetime.combine(day, time(clock.hour, clock.minute, clock.second), tzinfo=zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise Unreadable(f"{clock} does not exist on {_spoken(day)}: the clocks went forward.")
    if not clock.turn:
        raise Unreadable(
            f"{clock} came twice on {_spoken(day)}. Write {clock}a for the first, {clock}b for the second."
        )
    return (second if clock.turn == "b" else first).astimezone(UTC)


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def spell_times(start: datetime, end: datetime, zone: tzinfo) -> str:
    """Back into a form that `read_times` reads."""
    return f"{_spell(start.astimezone(zone))}-{_spell(end.astimezone(zone))}"


def _spell(local: datetime) -> str:
    is_double = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return str(Clock(local.hour, local.minute, local.second, "ab"[local.fold] if is_double else ""))
