"""How a line was understood, part by part, in words: what every door shows before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from apps.core.templatetags.times import duration
from apps.toil.lines.durations import spell_duration
from apps.toil.models import Category, Trigger
from apps.toil.slices import elapsed_seconds


@dataclass(frozen=True, slots=True)
class Chip:
    name: str
    words: str


def in_words(said: Mapping[str, Any], zone: tzinfo) -> str:
    """25 min · restart ingest · payments: on one line, for terminals and chats."""
    return " · ".join(chip.words for chip in chips_of(said, zone))


def chips_of(said: Mapping[str, Any], zone: tzinfo) -> list[Chip]:
    """Of what `read_for` found; times are in the person's zone."""
    return [Chip(name, words) for name, words in _parts(said, zone) if words]


def _parts(said: Mapping[str, Any], zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "time", _time(said)
    yield "day", _day(said, zone)
    yield "text", said.get("text", "")
    yield "service", getattr(said.get("service"), "slug", "")
    for name in ("team", "source"):
        yield name, getattr(said.get(name), "name", "")
    for name, choices in (("category", Category), ("trigger", Trigger)):
        yield name, str(choices(said[name]).label) if said.get(name) else ""
    count = said.get("occurrences", 1)
    yield "occurrences", f"{count} times" if count > 1 else ""
    for name in ("incident", "item"):
        yield name, getattr(said.get(name), "key", "")
    yield "link", said.get("link", "")


def _time(said: Mapping[str, Any]) -> str:
    seconds = seconds_said(said)
    if seconds is None:
        return ""
    return duration(seconds) if seconds % 60 == 0 else spell_duration(seconds)


def seconds_said(said: Mapping[str, Any]) -> int | None:
    if "started_at" in said:
        return elapsed_seconds(said["started_at"], said["ended_at"])
    found: int | None = said.get("seconds")
    return found


def _day(said: Mapping[str, Any], zone: tzinfo) -> str:
    if "started_at" not in said:
        return _spoken(said["local_date"]) if said.get("local_date") else ""
    start, end = (said[name].astimezone(zone) for name in ("started_at", "ended_at"))
    return f"{_spoken(start)}, {_clock(start)} to {_clock(end)}"


def _spoken(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _clock(local: datetime) -> str:
    """14:05, and which of the two where the clocks show the same time twice."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    is_double = first is not None and second is not None and first > second
    return f"{local:%H:%M}" + (f" ({'second' if local.fold else 'first'} time)" if is_double else "")
