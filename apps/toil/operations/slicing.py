"""Writing slices: entries cut into local days, and overlaps of one person's intervals shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.core.changes import lock, put_rows
from apps.toil.kinds import tally_of
from apps.toil.models import ToilEntry, ToilSlice
from apps.toil.operations.marks import Weeks, weeks_of_slices
from apps.toil.slices import Span, attribute, days_of

Window = tuple[datetime, datetime]
BATCH = 2000


def write_slices(entries: Sequence[ToilEntry]) -> Weeks:
    """Make the slices of new entries. Overlaps are not shared yet: `share_again` does that."""
    slices = [piece for entry in entries for piece in _slices(entry)]
    put_rows(slices)
    return weeks_of_slices(slices)


def _slices(entry: ToilEntry) -> list[ToilSlice]:
    tally = tally_of(entry.kind, entry.category, is_confirmed=entry.counts)
    return [
        ToilSlice(
            entry_id=entry.pk,
            team_id=entry.team_id,
            person_id=entry.person_id,
            local_date=day,
            seconds=seconds,
            attributed=seconds,
            begins=begins,
            counts_as=tally,
            label=entry.label,
        )
        for day, seconds, begins in _days(entry)
    ]


def _days(entry: ToilEntry) -> Iterable[tuple[date, int, int | None]]:
    """(local day, elapsed seconds, the second of the day at which they begin)."""
    if entry.started_at is None or entry.ended_at is None:
        return [(entry.local_date, entry.seconds, None)]
    return days_of(entry.started_at, entry.ended_at, entry.zone)


def window_of(entry: ToilEntry) -> Window | None:
    if entry.started_at is None or entry.ended_at is None:
        return None
    return entry.started_at, entry.ended_at


def lock_times_of(*people: int) -> None:
    """Two intervals of one person are shared out one after the other. Other rows may still point at the person.
    Whoever locks entries too locks them after this, so that nobody waits in a ring."""
    list(User.objects.locked().filter(pk__in=people).values_list("pk"))


def lock_in_turn(entry: ToilEntry, *, is_timed: bool = False) -> ToilEntry:
    """The entry as `lock` reads it; before it the times of its person, where it has times or gets some."""
    if is_timed := is_timed or entry.is_interval:
        lock_times_of(entry.person_id)
    row = lock(entry)
    if row.is_interval and not is_timed:  # it became one this moment
        lock_times_of(row.person_id)
    return row


def share_again(person: User | int, *windows: Window | None) -> Weeks:
    """Split the seconds that several of a person's intervals claim; returns the weeks that changed by it."""
    touched: Weeks = set()
    for start, end in filter(None, windows):
        spans = _spans_near(person, start, end)
        inside = [span.key for span in spans if span.start < end and span.end > start]
        touched |= _write_shares(inside, spans)
    return touched


def share_new(entries: Sequence[ToilEntry]) -> Weeks:
    """The same for entries that were just written, all at once: only what overlaps something has another share now."""
    windows: defaultdict[int, list[Window]] = defaultdict(list)
    for entry in entries:
        if window := window_of(entry):
            windows[entry.person_id].append(window)
    touched: Weeks = set()
    for person, found in windows.items():
        first, last = min(start for start, _ in found), max(end for _, end in found)
        crowded = _overlapping(_spans_near(person, first, last))
        inside = [span.key for span in crowded if span.start < last and span.end > first]
        touched |= _write_shares(inside, crowded)
    return touched


def _spans_near(person: User | int, start: datetime, end: datetime) -> list[Span[int]]:
    rows = ToilEntry.objects.intervals_near(person, start, end).order_by("started_at")
    found = rows.values_list("pk", "started_at", "ended_at", "tz")
    return [Span(pk, began, ended, ZoneInfo(tz)) for pk, began, ended, tz in found if began and ended]


def _overlapping(spans: Sequence[Span[int]]) -> list[Span[int]]:
    """Of spans in the order of their starts, those that share a second with another, or with what does."""
    found: list[Span[int]] = []
    crowd: list[Span[int]] = []
    until = None
    for span in spans:
        if until is not None and span.start < until:
            crowd.append(span)
            until = max(until, span.end)
        else:
            found += crowd if len(crowd) > 1 else []
            crowd, until = [span], span.end
    return found + (crowd if len(crowd) > 1 else [])


def _write_shares(keys: Sequence[int], spans: Sequence[Span[int]]) -> Weeks:
    shares = attribute(spans) if keys else {}
    changed = []
    for piece in ToilSlice.objects.filter(entry__in=keys) if keys else ():
        share = shares[piece.entry_id, piece.local_date]
        if piece.attributed != share:
            piece.attributed = share
            changed.append(piece)
    ToilSlice.objects.bulk_update(changed, ["attributed"], batch_size=BATCH)
    return weeks_of_slices(changed)
