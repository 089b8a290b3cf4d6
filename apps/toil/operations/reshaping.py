"""Making one entry of several, or two of one. The time stays what it was, and so does the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import check_version
from apps.core.many import Outcome
from apps.core.permissions import require
from apps.core.templatetags.times import duration
from apps.toil.models import EntryChange, EntryChangeRow, ToilEntry
from apps.toil.models.entry import ABOUT
from apps.toil.models.many import Reshaping
from apps.toil.operations.answering import Chosen
from apps.toil.operations.drafts import clean_occurrences
from apps.toil.operations.entries import NOT_YOURS_TO_CHANGE, delete_entry, edit_entry, log_entry
from apps.toil.operations.many import check_chosen, keep_rows, locked_in_order
from apps.toil.operations.restoring import state_of
from apps.toil.operations.slicing import lock_in_turn
from apps.toil.policies import can_edit_entry

SAME_PLACE = ("person", "team", "tz")
AS_IT_CAME = (
    "What came with an import is not merged: its file would bring it again, or its undoing miss a part."
)
COPIED = (*SAME_PLACE, *ABOUT)


def joined(rows: Sequence[ToilEntry]) -> dict[str, Any]:
    """What one entry of these would have to say about its time. Raises ValidationError where there is none."""
    if len(rows) < 2:
        raise ValidationError("Select at least two entries to merge.")
    if any(len({getattr(row, name) for row in rows}) > 1 for name in SAME_PLACE):
        raise ValidationError("Only entries of one person, team and time zone can be merged.")
    if any(row.batch_id or row.import_key for row in rows):
        raise ValidationError(AS_IT_CAME)
    if not all(row.counts for row in rows):
        raise ValidationError("Answer what waits for you first: only what counts is merged.")
    count = clean_occurrences(sum(row.occurrences for row in rows))
    return _joined_time(rows) | {"occurrences": count}


def _joined_time(rows: Sequence[ToilEntry]) -> dict[str, Any]:
    spans = sorted((row.started_at, row.ended_at) for row in rows if row.started_at and row.ended_at)
    if not spans:
        if len({row.local_date for row in rows}) > 1:
            raise ValidationError("These entries are of several days. Their time stays on its day.")
        return {"seconds": sum(row.seconds for row in rows)}
    if len(spans) < len(rows) or any(after[0] != before[1] for before, after in pairwise(spans)):
        raise ValidationError("Entries by the clock are merged when each begins as the one before ends.")
    return {"started_at": spans[0][0], "ended_at": spans[-1][1]}


@transaction.atomic
def merge_entries(chosen: Chosen, *, by: User, now: datetime) -> EntryChange:
    """The first keeps its words and all else, and takes the time of the others, which go."""
    check_chosen(chosen, by)
    stored = locked_in_order(chosen)
    rows = [stored[pk] for pk in dict.fromkeys(entry.pk for entry, _ in chosen) if pk in stored]
    for row, seen in ((stored[entry.pk], seen) for entry, seen in chosen if entry.pk in stored):
        require(can_edit_entry(by, row), NOT_YOURS_TO_CHANGE)
        check_version(row, seen)
    changes = joined(rows)
    first, *others = rows
    before = state_of(first)
    outcomes = [_taken(row, by) for row in others]
    merged = edit_entry(first, changes=changes, by=by, now=now)
    told = {"time": [duration(first.seconds), duration(merged.seconds)]}
    change = _keep(Reshaping.MERGE, first, by=by, now=now)
    keep_rows(change, [Outcome(merged, told, before=before, version=merged.version), *outcomes])
    names = [str(outcome.item.uuid) for outcome in outcomes]
    record("toil_entry.merged", merged, by=by, changes={"entries": [names, None]})
    return change


def _taken(row: ToilEntry, by: User) -> Outcome[ToilEntry]:
    before, words = state_of(row), {"time": [duration(row.seconds), ""]}
    delete_entry(row, by=by)
    row.pk = None
    return Outcome(row, words, before=before, version=0)


@transaction.atomic
def split_entry(
    entry: ToilEntry, *, seconds: int, text: str = "", seen: int | None = None, by: User, now: datetime
) -> EntryChange:
    """The entry keeps its first `seconds`; the rest becomes another one, with its own `text` if it has one."""
    row = lock_in_turn(entry)
    require(can_edit_entry(by, row), NOT_YOURS_TO_CHANGE)
    check_version(row, seen)
    if not row.counts:
        raise ValidationError("Answer it first: only what counts is split.")
    if not 0 < seconds < row.seconds:
        raise ValidationError(
            {"seconds": f"The first part is more than nothing and less than {duration(row.seconds)}."}
        )
    before, whole = state_of(row), row.seconds
    first, rest = _halves(row, seconds)
    kept = edit_entry(row, changes=first, by=by, now=now)
    copied = {name: getattr(row, name) for name in COPIED}
    made = log_entry(**copied, text=text or row.text, **rest, is_copy=True, by=by, now=now)
    if row.batch_id:  # an import is undone whole
        made.batch_id = row.batch_id
        made.save(update_fields=["batch"])
    change = _keep(Reshaping.SPLIT, row, by=by, now=now)
    told = {"time": [duration(whole), duration(kept.seconds)]}
    keep_rows(change, [Outcome(kept, told, before=before, version=kept.version)])
    EntryChangeRow.objects.create(
        change=change,
        entry=made,
        entry_uuid=made.uuid,
        text=made.text,
        changes={"time": ["", duration(made.seconds)]},
        version=made.version,
        is_made=True,
    )
    record("toil_entry.split", kept, by=by, changes={"entries": [None, str(made.uuid)]})
    return change


def _halves(row: ToilEntry, seconds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    if row.started_at and row.ended_at:
        middle = row.started_at + timedelta(seconds=seconds)
        return (
            {"started_at": row.started_at, "ended_at": middle},
            {"started_at": middle, "ended_at": row.ended_at},
        )
    return {"seconds": seconds}, {"seconds": row.seconds - seconds, "local_date": row.local_date}


def _keep(kind: str, row: ToilEntry, *, by: User, now: datetime) -> EntryChange:
    return EntryChange.objects.create(by=by, at=now, kind=kind, wish={"entry": row.text})
