"""Many entries at once, for imports and the demo organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.permissions import require
from apps.toil.models import ToilEntry
from apps.toil.operations.marks import mark_weeks
from apps.toil.operations.slicing import lock_times_of, share_again, window_of, write_slices
from apps.toil.policies import can_import

BATCH = 2000


@transaction.atomic
def log_many(drafts: Sequence[ToilEntry], *, by: User) -> list[ToilEntry]:
    """Save what `draft_entry` made: entries, slices and marks in a few statements, one audit event per team."""
    require(can_import(by), "Only admins may log time for everybody.")
    entries = ToilEntry.objects.bulk_create(drafts, batch_size=BATCH)
    weeks = write_slices(entries)
    for person, found in sorted(_intervals(entries).items(), key=lambda item: item[0].pk):
        lock_times_of(person)
        starts, ends = zip(*found, strict=True)
        weeks |= share_again(person, (min(starts), max(ends)))
    mark_weeks(weeks, by)
    for team, count in _per_team(entries).items():
        record("team.toil_imported", team, by=by, changes={"entries": [None, count]})
    return entries


def _intervals(entries: list[ToilEntry]) -> dict[User, list[tuple[object, object]]]:
    found: defaultdict[User, list[tuple[object, object]]] = defaultdict(list)
    for entry in entries:
        if window := window_of(entry):
            found[entry.person].append(window)
    return found


def _per_team(entries: list[ToilEntry]) -> dict[Team, int]:
    found: defaultdict[Team, int] = defaultdict(int)
    for entry in entries:
        found[entry.team] += 1
    return found
