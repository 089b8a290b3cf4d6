"""What a page that is followed has seen, and what it has not."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.digits import number_in
from apps.incidents.models import Incident, TimelineEntry

ENTRIES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a page has seen: the incident's version and beat, and how many entries there were then."""

    version: int = 0
    beat: int = -1
    count: int = 0

    def __str__(self) -> str:
        return f"{self.version}.{self.beat}.{self.count}"

    @classmethod
    def parse(cls, text: str) -> Pulse:
        numbers = [number_in(part) for part in text.split(".")]
        known = [number for number in numbers if number is not None]
        return cls(*known) if len(known) == len(numbers) == 3 else cls()


def pulse_of(incident: Incident) -> Pulse:
    """What was written after the row was read is left to the next look, which finds it by its beat."""
    return Pulse(incident.version, incident.beat, incident.timeline.until_beat(incident.beat).count())


def newest_entries(incident: Incident) -> list[TimelineEntry]:
    """One more than is shown, if there is one."""
    rows = incident.timeline.until_beat(incident.beat).newest_first().with_reports()
    return list(rows[: ENTRIES_SHOWN + 1])


def changed_since(incident: Incident, seen: Pulse) -> list[TimelineEntry] | None:
    """Entries that belong on top of those seen; None when only the whole list would be right, because one of those
    was corrected, or a new one belongs further down, or some moved to another incident."""
    rows = incident.timeline.until_beat(incident.beat).newest_first()
    changed = list(rows.with_reports().written_after(seen.beat)[: ENTRIES_SHOWN + 1])
    top = list(rows.values_list("pk", flat=True)[: len(changed)])
    is_more = 0 <= seen.beat <= incident.beat and seen.count + len(changed) == pulse_of(incident).count
    return changed if is_more and top == [entry.pk for entry in changed] else None
