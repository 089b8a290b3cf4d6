"""Many entries at once, for imports and the demo organisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import put_rows
from apps.core.permissions import require
from apps.toil.models import ToilEntry, ToilSlice
from apps.toil.operations.marks import mark_weeks, weeks_of_slices
from apps.toil.operations.slicing import (
    Window,
    lock_times_of,
    share_again,
    share_new,
    window_of,
    write_slices,
)
from apps.toil.policies import can_import


@transaction.atomic
def log_many(drafts: Sequence[ToilEntry], *, by: User) -> list[ToilEntry]:
    """Save what `draft_entry` made: entries, slices and marks in a few statements, one audit event per team."""
    require(can_import(by), "Only admins may log time for everybody.")
    entries = list(drafts)
    write_entries(entries, by=by)
    for team, count in _per_team(entries).items():
        record("team.toil_imported", team, by=by, changes={"entries": [None, count]})
    return entries


def write_entries(entries: Sequence[ToilEntry], *, by: User | None) -> None:
    """New rows with all that hangs on them, set by set and not row by row; inside the caller's transaction."""
    put_rows(entries)
    weeks = write_slices(entries)
    _lock_times(entries)
    mark_weeks(weeks | share_new(entries), by)


def remove_entries(entries: Sequence[ToilEntry], *, by: User | None) -> None:
    """The same the other way round."""
    _lock_times(entries)
    pks = [entry.pk for entry in entries]
    weeks = weeks_of_slices(ToilSlice.objects.filter(entry__in=pks))
    ToilEntry.objects.filter(pk__in=pks).delete()
    for person, (start, end) in _reach(entries).items():
        weeks |= share_again(person, (start, end))
    mark_weeks(weeks, by)


def _lock_times(entries: Sequence[ToilEntry]) -> None:
    lock_times_of(*{entry.person_id for entry in entries if entry.is_interval})


def _reach(entries: Sequence[ToilEntry]) -> dict[int, Window]:
    """By person, from the first start to the last end."""
    found: defaultdict[int, list[Window]] = defaultdict(list)
    for entry in entries:
        if window := window_of(entry):
            found[entry.person_id].append(window)
    return {person: (min(s for s, _ in all_), max(e for _, e in all_)) for person, all_ in found.items()}


def _per_team(entries: Sequence[ToilEntry]) -> Counter[Team]:
    return Counter(entry.team for entry in entries)
