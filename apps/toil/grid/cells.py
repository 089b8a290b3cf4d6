"""What a row of one's week is about, and one day of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.accounts.models import Team
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.lines.durations import spell_duration
from apps.toil.models import Category, ToilEntry, ToilSlice, ToilSource, WorkKind
from apps.toil.models.entry import ABOUT

SEVERAL = "several"
Time = tuple[int, int]
"""Seconds, and how often."""
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the entries of a row share, and what a new one in it gets. Entries of one source are one row; of the others
    each text, service and category is one."""

    team: Team
    text: str
    kind: str = WorkKind.TOIL
    category: str = Category.OTHER
    trigger: str = ""
    source: ToilSource | None = None
    service: Service | None = None
    incident: Incident | None = None
    item: ActionItem | None = None
    link: str = ""

    @classmethod
    def of(cls, entry: ToilEntry) -> About:
        shared = {name: getattr(entry, name) for name in ABOUT if name != "link"}
        return cls(team=entry.team, text=entry.source.name if entry.source else entry.text, **shared)

    @property
    def said(self) -> dict[str, Any]:
        """As the keywords of `log_entry`."""
        return {name: getattr(self, name) for name in ("team", "text", *ABOUT)}

    @property
    def key(self) -> Key:
        if self.source:
            rest: Key = (self.source.pk,)
        else:
            rest = (self.text.casefold(), self.service and self.service.pk, self.category)
        about = (self.incident and self.incident.pk, self.item and self.item.pk)
        return (self.team.pk, self.kind, *about, *rest)

    @property
    def order(self) -> tuple[str, str, str]:
        return self.team.name, self.text.casefold(), self.kind

    def packed(self) -> dict[str, str]:
        """As the form carries it: names, which are looked up again among what the person may see."""
        rows = {"source": self.source, "service": self.service}
        found = {name: row.slug for name, row in rows.items() if row}
        found |= {
            name: row.key for name, row in {"incident": self.incident, "item": self.item}.items() if row
        }
        said = {name: getattr(self, name) for name in ("text", "kind", "category", "trigger")}
        return {"team": self.team.slug, **said, **found}


@dataclass(slots=True)
class Cell:
    """One day of a row. `typed` is what somebody wrote over what stands in it, `error` why that cannot be."""

    day: date
    is_future: bool = False
    pieces: list[ToilSlice] = field(default_factory=list)
    typed: str | None = None
    error: str = ""

    @property
    def entry(self) -> ToilEntry | None:
        """The one that the cell changes: the only one of the day, and given as a duration."""
        only = self.pieces[0].entry if len(self.pieces) == 1 else None
        return only if only and not only.is_interval else None

    @property
    def is_open(self) -> bool:
        return not self.is_future and (not self.pieces or self.entry is not None)

    @property
    def seconds(self) -> int:
        return sum(piece.attributed for piece in self.pieces)

    @property
    def time(self) -> Time | None:
        return time_of(self.entry) if self.entry else None

    @property
    def text(self) -> str:
        return spell_time(self.time) if self.time else ""

    @property
    def value(self) -> str:
        return self.text if self.typed is None else self.typed

    @property
    def shown(self) -> str:
        """What stands here, so that what is sent back is only taken for a change of this."""
        if not self.pieces:
            return ""
        entry = self.entry
        return f"{entry.uuid.hex}.{entry.version}.{self.text}" if entry else SEVERAL


def time_of(entry: ToilEntry) -> Time:
    """How often is told only where it can be typed again without changing the time: 3x10m."""
    count = entry.occurrences
    return entry.seconds, count if entry.seconds % count == 0 else 1


def spell_time(time: Time) -> str:
    """Back into a form that `read_duration` reads."""
    seconds, count = time
    return f"{count}x{spell_duration(seconds // count)}" if count > 1 else spell_duration(seconds)
