"""Time spans as seconds of local days. All arithmetic is in UTC: two wall-clock times of one zone subtract to
wall-clock hours in Python, which is wrong by an hour twice a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Window = tuple[time, time]
"""When a working day opens and closes."""
BY_ENTRY = -1
"""Stands for the second of a day about which the clocks change: what the wall shows is to be asked of the interval."""
DAY, NOON = timedelta(days=1), time(12)


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a span that lies on one local day, its ends in UTC."""

    day: date
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class Span(Generic[Key]):
    """One interval of work. `key` names it; the zone says where its local days begin."""

    key: Key
    start: datetime
    end: datetime
    zone: tzinfo


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment a local day begins; where the clocks skip midnight, the moment they skip it."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def elapsed_seconds(start: datetime, end: datetime) -> int:
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds())


def pieces(start: datetime, end: datetime, zone: tzinfo) -> Iterator[Piece]:
    """The span cut at local midnights; days the clocks skip altogether have no piece."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day = start.astimezone(zone).date()
    while start < end:
        day += timedelta(days=1)
        until = min(end, midnight(day, zone))
        if until > start:
            yield Piece(day - timedelta(days=1), start, until)
            start = until


def days_of(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[date, int, int]]:
    """(local day, elapsed seconds, the second of the day at which they begin) of each piece."""
    return ((piece.day, piece.seconds, second_of_day(piece, zone)) for piece in pieces(start, end, zone))


def second_of_day(piece: Piece, zone: tzinfo) -> int:
    """When the piece starts by the clock on the wall, which on such a day is what has elapsed; else BY_ENTRY."""
    dawn = _plain_midnight(piece.day, zone)
    return BY_ENTRY if dawn is None else elapsed_seconds(dawn, piece.start)


@lru_cache(maxsize=4096)
def _plain_midnight(day: date, zone: tzinfo) -> datetime | None:
    """None when the clocks change between the noons around this day."""
    before, after = (datetime.combine(each, NOON, tzinfo=zone) for each in (day - DAY, day + DAY))
    return midnight(day, zone) if before.utcoffset() == after.utcoffset() else None


def attribute(spans: Iterable[Span[Key]]) -> dict[tuple[Key, date], int]:
    """What each of one person's spans counts for on each day: a second claimed by several is split equally.

    The shares of a day add up to its union exactly; seconds that do not divide go to the earliest spans.
    """
    ordered = sorted(spans, key=lambda span: (span.start, span.end, str(span.key)))
    cut = [(order, span.key, piece) for order, span in enumerate(ordered) for piece in _of(span)]
    shares = {(key, piece.day): 0 for _, key, piece in cut}
    for start, end, open_now in _segments(cut):
        seconds = elapsed_seconds(start, end)
        for place, (_, key, day) in enumerate(sorted(open_now, key=lambda item: item[0])):
            shares[key, day] += seconds // len(open_now) + (place < seconds % len(open_now))
    return shares


Open = set[tuple[int, Key, date]]


def _of(span: Span[Key]) -> Iterator[Piece]:
    return pieces(span.start, span.end, span.zone)


def _segments(cut: list[tuple[int, Key, Piece]]) -> Iterator[tuple[datetime, datetime, Open[Key]]]:
    """The stretches between two boundaries, each with the pieces that cover it."""
    begins: defaultdict[datetime, Open[Key]] = defaultdict(set)
    ends: defaultdict[datetime, Open[Key]] = defaultdict(set)
    for order, key, piece in cut:
        begins[piece.start].add((order, key, piece.day))
        ends[piece.end].add((order, key, piece.day))
    moments = sorted(begins.keys() | ends.keys())
    open_now: Open[Key] = set()
    for start, end in pairwise(moments):
        open_now = (open_now - ends[start]) | begins[start]
        if open_now:
            yield start, end, open_now


def seconds_outside(
    attributed: int, seconds: int, day: date, ends: tuple[datetime, datetime], window: Window, zone: tzinfo
) -> int:
    """How much of what a slice counts for lies outside the working window of its day: the same part as of its elapsed
    seconds, rounded half up. `ends` are those of its whole entry. `operations/sums.py` says the same in SQL."""
    opens, closes = (reading(day, at, zone) for at in window)
    inside = min(seconds, max(0, elapsed_seconds(max(opens, ends[0]), min(closes, ends[1]))))
    return (2 * attributed * (seconds - inside) + seconds) // (2 * seconds)


def reading(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment at which a clock on the wall shows this; the second time where it does so twice, and as much later as
    the clocks skip where it never does. So PostgreSQL reads it, too."""
    return max(datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1))
