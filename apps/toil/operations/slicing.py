"""Writing slices: entries cut into local days, and overlaps of one person's intervals shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from apps.accounts.models import User
from apps.toil.models import ToilEntry, ToilSlice
from apps.toil.operations.marks import Weeks, weeks_of_slices
from apps.toil.slices import Span, attribute, split

Window = tuple[datetime, datetime]
BATCH = 2000


def write_slices(entries: Sequence[ToilEntry]) -> Weeks:
    """Make the slices of new entries. Overlaps are not shared yet: `share_again` does that."""
    slices = [piece for entry in entries for piece in _slices(entry)]
    ToilSlice.objects.bulk_create(slices, batch_size=BATCH)
    return weeks_of_slices(slices)


def _slices(entry: ToilEntry) -> list[ToilSlice]:
    if entry.started_at is None or entry.ended_at is None:
        days = {entry.local_date: entry.seconds}
    else:
        days = split(entry.started_at, entry.ended_at, entry.zone)
    return [
        ToilSlice(
            entry=entry,
            team_id=entry.team_id,
            person_id=entry.person_id,
            local_date=day,
            seconds=seconds,
            attributed=seconds,
        )
        for day, seconds in days.items()
    ]


def window_of(entry: ToilEntry) -> Window | None:
    if entry.started_at is None or entry.ended_at is None:
        return None
    return entry.started_at, entry.ended_at


def lock_times_of(person: User) -> None:
    """Two intervals of one person are shared out one after the other. Other rows may still point at the person."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)


def share_again(person: User, *windows: Window | None) -> Weeks:
    """Split the seconds that several of a person's intervals claim; returns the weeks that changed by it."""
    touched: Weeks = set()
    for window in filter(None, windows):
        touched |= _share_window(person, *window)
    return touched


def _share_window(person: User, start: datetime, end: datetime) -> Weeks:
    rows = list(ToilEntry.objects.intervals_near(person, start, end).only("started_at", "ended_at", "tz"))
    spans = [Span(row.pk, *window, row.zone) for row in rows if (window := window_of(row))]
    inside = [span.key for span in spans if span.start < end and span.end > start]
    shares = attribute(spans)
    changed = []
    for piece in ToilSlice.objects.filter(entry__in=inside):
        share = shares[piece.entry_id, piece.local_date]
        if piece.attributed != share:
            piece.attributed = share
            changed.append(piece)
    ToilSlice.objects.bulk_update(changed, ["attributed"], batch_size=BATCH)
    return weeks_of_slices(changed)
