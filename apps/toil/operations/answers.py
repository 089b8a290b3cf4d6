"""What waits for a word of the person it is about: it was so, or it was not. Until then it counts nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, difference, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.toil.models import EntryStatus, ToilEntry
from apps.toil.models.entry import TIME
from apps.toil.operations.entries import clean_changes, record_logged, slice_again
from apps.toil.operations.slicing import lock_in_turn, window_of
from apps.toil.policies import can_answer

NOT_YOURS = "Only the person it is about knows whether it was so."
AS_IT_IS: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def confirm_entry(
    entry: ToilEntry,
    *,
    changes: Mapping[str, Any] = AS_IT_IS,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> ToilEntry:
    """From now on it counts, with these changes; `seconds` of an interval keep its start. What was dismissed may be
    confirmed after all. Confirming twice alike changes nothing, and otherwise is refused."""
    row = lock_in_turn(entry, is_timed=True)
    require(can_answer(by, row), NOT_YOURS)
    if row.counts:
        return _as_it_counts(row, changes, now)
    check_version(row, seen)
    wanted = clean_changes(row, _with_time(row, changes), now)
    before = window_of(row)
    apply_changes(row, wanted | {"status": EntryStatus.CONFIRMED})
    slice_again(row, before, by)
    record_logged("toil_entry.confirmed", row, by=by)
    return row


@transaction.atomic
def dismiss_entry(entry: ToilEntry, *, seen: int | None = None, by: User) -> ToilEntry:
    """It was not so. The row stays, so that it is not suggested again; dismissing twice is harmless."""
    row = lock(entry)
    require(can_answer(by, row), NOT_YOURS)
    if row.status == EntryStatus.DISMISSED:
        return row
    check_version(row, seen)
    if not row.is_waiting:
        raise Conflict("This counts already. Delete it if it was not so.")
    diff = apply_changes(row, {"status": EntryStatus.DISMISSED})
    record("toil_entry.dismissed", row, by=by, changes=diff)
    return row


def _as_it_counts(row: ToilEntry, changes: Mapping[str, Any], now: datetime) -> ToilEntry:
    """Two tabs may say two times of it: the second is not lost in silence."""
    if changes and difference(row, clean_changes(row, _with_time(row, changes), now)):
        raise Conflict("This counts already, and not like that. Change it on its own page.")
    return row


def _with_time(row: ToilEntry, changes: Mapping[str, Any]) -> dict[str, Any]:
    """With a time in any case, so that it is checked again: what is suggested for tomorrow is not confirmed today."""
    if not row.is_interval or row.started_at is None:
        return {"seconds": row.seconds, **changes}
    wanted = dict(changes)
    if "seconds" in wanted:
        wanted["ended_at"] = row.started_at + timedelta(seconds=wanted.pop("seconds"))
    return wanted if set(TIME) & set(wanted) else wanted | {"ended_at": row.ended_at}
