"""Time spans as seconds of local days. All arithmetic is in UTC: two wall-clock times of one zone subtract to
wall-clock hours in Python, which is wrong by an hour twice a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


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


def split(start: datetime, end: datetime, zone: tzinfo) -> dict[date, int]:
    """{local day: elapsed seconds}."""
    return {piece.day: piece.seconds for piece in pieces(start, end, zone)}


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


def seconds_inside(piece: Piece, opens: time, closes: time, zone: tzinfo) -> int:
    """How much of a piece lies in the working window of its day."""
    start = datetime.combine(piece.day, opens, tzinfo=zone).astimezone(UTC)
    end = datetime.combine(piece.day, closes, tzinfo=zone).astimezone(UTC)
    return max(0, elapsed_seconds(max(start, piece.start), min(end, piece.end)))
