"""One row of a file: whose time, when, how long, what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from apps.core.tables import NumberedRow, shown
from apps.toil.imports.columns import Columns, Tool
from apps.toil.imports.dates import read_date
from apps.toil.imports.lengths import read_length
from apps.toil.imports.moments import Stretch, possible, read_time, stretch_of
from apps.toil.lines.durations import Unreadable

LONGEST_TEXT, LONGEST_LABEL, MOST_TAGS = 300, 120, 20
MOMENT = re.compile(
    r"(?P<date>[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})(?:[T ] ?(?P<time>.+?))??(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
DAY = timedelta(days=1)
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reads:
    """How the rows of a file are read."""

    columns: Columns
    order: str

    @property
    def tool(self) -> Tool:
        return self.columns.tool


@dataclass(frozen=True, slots=True)
class Spent:
    """What a row says. `start` and `end` are in UTC, None when it names only a day."""

    seconds: int
    day: date
    text: str
    start: datetime | None = None
    end: datetime | None = None
    project: str = ""
    activity: str = ""
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def cells_of(row: NumberedRow, columns: Columns) -> Cells:
    """What the row holds of each part of an entry. Raises Unreadable when it has other columns than the head."""
    if row.trouble:
        until = f" The lines up to {row.last} are not read." if row.last > row.line else ""
        raise Unreadable(f"{row.trouble}.{until}")
    if len(row.cells) < columns.width or any(row.cells[columns.width :]):
        raise Unreadable(f"The row has {len(row.cells)} cells where the first row has {columns.width}.")
    return {part: row.cells[place].strip() for part, place in columns.places.items()}


def whose(cells: Cells) -> str:
    """The address or name in lower case."""
    found = cells.get("email") or cells.get("person") or ""
    if not found:
        raise Unreadable("It is not said whose time it was.")
    return found.casefold()


def dates_in(cells: Cells) -> Iterator[str]:
    for part in ("start_date", "end_date"):
        if text := cells.get(part):
            yield text
    for part in ("start_time", "end_time"):
        if (text := cells.get(part)) and (match := MOMENT.fullmatch(text)):
            yield match["date"]


def read_row(cells: Cells, reads: Reads, zone: tzinfo) -> Spent:
    """`zone` is that of the times in the file. Raises Unreadable with what is wrong."""
    seconds = read_length(cells, reads.tool)
    if seconds == 0:
        raise Unreadable("The time must be more than zero.")
    if seconds is not None and seconds > DAY.total_seconds():
        raise Unreadable("One entry holds at most 24 hours.")
    text, cut = _text(cells)
    tags, left_out = _tags(cells.get("tags", ""))
    cut += left_out
    said = {
        "text": text,
        "project": _label(cells.get("project", "")),
        "activity": _label(cells.get("activity", "")),
    }
    if not cells.get("start_time"):
        return _whole_day(cells, reads, seconds, tags=tags, notes=cut, **said)
    stretch = _stretch(cells, reads, seconds, zone)
    lasts = int((stretch.end - stretch.start).total_seconds())
    notes = (*cut, stretch.note) if stretch.note else cut
    day = stretch.start.astimezone(zone).date()
    return Spent(lasts, day, start=stretch.start, end=stretch.end, tags=tags, notes=notes, **said)


def _whole_day(cells: Cells, reads: Reads, seconds: int | None, **said: object) -> Spent:
    if not cells.get("start_date"):
        raise Unreadable("The date is missing.")
    if seconds is None:
        raise Unreadable("It is not said how long it took.")
    return Spent(seconds, read_date(cells["start_date"], reads.order), **said)  # type: ignore[arg-type]


def _stretch(cells: Cells, reads: Reads, seconds: int | None, zone: tzinfo) -> Stretch:
    day, starts = _moments(cells["start_time"], cells.get("start_date", ""), reads, zone)
    if not cells.get("end_time"):
        if seconds is None:
            raise Unreadable("It is not said how long it took.")
        return stretch_of(starts, [], seconds, zone)
    end_date = cells.get("end_date", "")
    _, ends = _moments(cells["end_time"], end_date or day.isoformat(), reads, zone)
    if not end_date and seconds is not None and ends[0] <= starts[0]:
        later = (
            day + DAY
        ).isoformat()  # the end has no date of its own, and the duration may say that it is there
        ends += _moments(cells["end_time"], later, reads, zone)[1]
    return stretch_of(starts, ends, seconds, zone)


def _moments(text: str, day_text: str, reads: Reads, zone: tzinfo) -> tuple[date, list[datetime]]:
    """The day, and each moment that is meant: by a time on `day_text`, or by a text that holds both."""
    match = MOMENT.fullmatch(text)
    if match is None:
        if not day_text:
            raise Unreadable("The date is missing.")
        day = read_date(day_text, reads.order)
        return day, possible(day, read_time(text), zone)
    if not match["time"]:
        raise Unreadable(f"{shown(text)} is no time such as 14:05.")
    day, at = read_date(match["date"], reads.order), read_time(match["time"])
    if not match["offset"]:
        return day, possible(day, at, zone)
    return day, [datetime.combine(day, at, tzinfo=UTC) - _ahead(match["offset"])]


def _ahead(offset: str) -> timedelta:
    digits = offset[1:].replace(":", "")
    if not digits:
        return timedelta(0)
    hours = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -hours if offset[0] == "-" else hours


def _text(cells: Cells) -> tuple[str, tuple[str, ...]]:
    """What it was; where nothing is written, the name of its task or project stands for it."""
    found = (cells.get(part, "") for part in ("text", "activity", "project"))
    text = " ".join(next(filter(None, found), "No description").split())
    if "\0" in text:
        raise Unreadable("The text holds a character that cannot be stored.")
    if len(text) <= LONGEST_TEXT:
        return text, ()
    return f"{text[: LONGEST_TEXT - 1]}…", (f"The text is cut to {LONGEST_TEXT} characters.",)


def _tags(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = tuple(tag for part in text.split(",", MOST_TAGS)[:MOST_TAGS] if (tag := _label(part)))
    return found, (f"Only the first {MOST_TAGS} tags are kept.",) if text.count(",") >= MOST_TAGS else ()


def _label(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST_LABEL]
