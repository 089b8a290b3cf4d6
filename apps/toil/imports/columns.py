"""Which column of a file says what, and which tool wrote such columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from apps.core.tables import NotReadable, shown, storable


class Tool(TextChoices):
    TOGGL = "toggl", "Toggl Track"
    CLOCKIFY = "clockify", "Clockify"
    KIMAI = "kimai", "Kimai"
    GENERIC = "generic", "Any other tool"


NAMES = {
    "email": ("email", "e-mail", "mail"),
    "person": ("user", "username", "person", "name", "member"),
    "start_date": ("start date", "date", "day", "local_date"),
    "start_time": ("start time", "from", "start", "begin", "started_at"),
    "end_date": ("end date",),
    "end_time": ("end time", "to", "end", "ended_at"),
    "duration": ("duration", "duration (h)", "time (h)"),
    "hours": ("duration (decimal)", "time (decimal)", "hours"),
    "minutes": ("minutes",),
    "seconds": ("seconds",),
    "text": ("description", "text", "note", "notes", "comment"),
    "activity": ("activity", "task"),
    "project": ("project",),
    "tags": ("tags", "tag", "labels"),
}
"""What a column may be called, without regard to case; of several the first that the file has."""

LENGTHS = ("duration", "hours", "minutes", "seconds")
KNOWN = {name for names in NAMES.values() for name in names}


@dataclass(frozen=True, slots=True)
class Columns:
    """`places` is where each part of an entry stands in a row; `unused` names the columns that say nothing here."""

    tool: Tool
    places: dict[str, int]
    width: int
    unused: tuple[str, ...]


def columns_of(head: Sequence[str], tool: str = "") -> Columns:
    """Raises NotReadable when it is not said whose time it was, when, or how long."""
    names = [cell.strip().casefold() for cell in head]
    places = {part: place for part, known in NAMES.items() if (place := _place(names, known)) is not None}
    _check(places, head)
    used = set(places.values())
    unused = tuple(
        storable(cell.strip()) for place, cell in enumerate(head) if place not in used and cell.strip()
    )
    return Columns(Tool(tool) if tool else tool_of(set(names)), places, len(head), unused)


def _place(names: Sequence[str], known: Sequence[str]) -> int | None:
    for name in known:
        if names.count(name) > 1:
            raise NotReadable(f"Two columns are called {shown(name)}. Keep one of them.")
        if name in names:
            return names.index(name)
    return None


def _check(places: dict[str, int], head: Sequence[str]) -> None:
    missing = [] if {"email", "person"} & set(places) else ["whose time it was (Email or User)"]
    if not {"start_date", "start_time"} & set(places):
        missing.append("the date (Start date or Date)")
    if not {"end_time", *LENGTHS} & set(places):
        missing.append("how long it took (Duration or End time)")
    if missing:
        found = ", ".join(shown(cell.strip()) for cell in head[:20])
        raise NotReadable(
            f"The first row must name the columns. Missing: {', '.join(missing)}. Found: {found}."
        )


def tool_of(names: set[str]) -> Tool:
    if "start date" in names:
        return Tool.CLOCKIFY if {"duration (h)", "duration (decimal)"} & names else Tool.TOGGL
    return Tool.KIMAI if {"date", "from", "to"} <= names else Tool.GENERIC
