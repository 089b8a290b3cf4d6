"""Rows that were read, as they are kept between the preview and the import: compressed, two thousand together."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from apps.toil.operations.import_reading import SAMPLE, GoodRow

ROWS = 2000  # of a part


class KeptRow(NamedTuple):
    person_id: int
    key: UUID
    started_at: datetime | None
    seconds: int
    day: date
    text: str
    project: str
    activity: str
    tags: list[str]

    @property
    def ended_at(self) -> datetime | None:
        return self.started_at and self.started_at + timedelta(seconds=self.seconds)


def packed(rows: Sequence[GoodRow]) -> list[bytes]:
    """By person and time, so that what overlaps stands together and a part touches few people and days."""
    ordered = sorted(
        rows, key=lambda row: (row.person.pk, row.day, row.spent.start is None, row.spent.start, row.line)
    )
    parts = (ordered[start : start + ROWS] for start in range(0, len(ordered), ROWS))
    return [_deflated([_plain(row) for row in part]) for part in parts]


def _deflated(rows: list[list[Any]]) -> bytes:
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _plain(row: GoodRow) -> list[Any]:
    spent = row.spent
    start = int(spent.start.timestamp()) if spent.start else None
    said = [spent.text, spent.project, spent.activity, list(spent.tags)]
    return [row.person.pk, row.key.hex, start, spent.seconds, row.day.isoformat(), *said]


def unpacked(content: bytes | memoryview) -> list[KeptRow]:
    return [
        KeptRow(
            person,
            UUID(hex=key),
            None if start is None else datetime.fromtimestamp(start, UTC),
            seconds,
            date.fromisoformat(day),
            *said,
        )
        for person, key, start, seconds, day, *said in json.loads(zlib.decompress(content))
    ]


def sample_of(rows: Sequence[GoodRow]) -> list[dict[str, Any]]:
    """The first rows of the file as a preview shows them; times in the person's own zone."""
    return [
        {
            "line": row.line,
            "person": row.person.name,
            "day": row.day.isoformat(),
            "times": _times(row),
            "seconds": row.spent.seconds,
            "text": row.spent.text,
            "labels": [name for name in (row.spent.project, row.spent.activity, *row.spent.tags) if name],
        }
        for row in rows[:SAMPLE]
    ]


def _times(row: GoodRow) -> str:
    start, end = row.spent.start, row.spent.end
    if start is None or end is None:
        return ""
    return f"{start.astimezone(row.person.zone):%H:%M}-{end.astimezone(row.person.zone):%H:%M}"
