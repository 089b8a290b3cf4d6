"""Log, edit, delete one entry; each re-slices what it touches and marks the weeks old and new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, plain
from apps.core.permissions import require
from apps.toil.models import ToilEntry
from apps.toil.models.entry import ABOUT, TIME
from apps.toil.operations.drafts import (
    check_agreement,
    clean_occurrences,
    clean_text,
    draft_entry,
    settle_time,
)
from apps.toil.operations.marks import mark_weeks, weeks_of_slices
from apps.toil.operations.slicing import (
    lock_in_turn,
    lock_times_of,
    share_again,
    window_of,
    write_slices,
)
from apps.toil.policies import can_edit_entry, can_log

RECORDED = ("text", *TIME, "team", "person", *ABOUT, "occurrences")
EDITABLE = frozenset(RECORDED) - {"person"}
NOT_YOURS = "You can log time for yourself, and for others only in a team that you lead."
NOT_YOURS_TO_CHANGE = (
    "An entry is changed by whose time it is, and by leads of a team that lets them read entries."
)


@transaction.atomic
def log_entry(*, person: User, team: Team, by: User, now: datetime, **said: Any) -> ToilEntry:
    """A duration on a local date (today unless given), or an interval; what is `said` and what is refused is as with
    `draft_entry`. With a `status` that waits for an answer it counts nothing, and stands in no trail, until
    `confirm_entry`."""
    require(can_log(by, person, team), NOT_YOURS)
    entry = draft_entry(person=person, team=team, now=now, **said)
    if entry.is_interval:
        lock_times_of(person.pk)
    entry.save(force_insert=True)
    weeks = write_slices([entry]) | share_again(person, window_of(entry))
    if entry.counts:
        mark_weeks(weeks, by)
        record_logged("toil_entry.logged", entry, by=by)
    return entry


@transaction.atomic
def edit_entry(
    entry: ToilEntry, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> ToilEntry:
    """Change some of an entry. Giving `seconds` or `local_date` makes it a duration, giving both times an interval;
    the zone stays the one it was logged in."""
    row = lock_in_turn(entry, is_timed=bool(changes.get("started_at")))
    require(can_edit_entry(by, row), NOT_YOURS_TO_CHANGE)
    check_version(row, seen)
    wanted = clean_changes(row, changes, now)
    if "team" in wanted:
        require(can_log(by, row.person, wanted["team"]), NOT_YOURS)
    before = window_of(row)
    diff = apply_changes(row, wanted)
    if diff:
        slice_again(row, before, by)
        if row.counts:
            record("toil_entry.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def delete_entry(entry: ToilEntry, *, seen: int | None = None, by: User) -> None:
    """The entry is gone; what it said stays in the audit trail, if it counted."""
    row = lock_in_turn(entry)
    require(can_edit_entry(by, row), NOT_YOURS_TO_CHANGE)
    check_version(row, seen)
    person, window = row.person, window_of(row)
    weeks = weeks_of_slices(row.slices.all())
    if row.counts:
        gone = {name: [value, None] for name, value in _told(row).items()}
        record("toil_entry.deleted", row, by=by, changes=gone)
    row.delete()
    mark_weeks(weeks | share_again(person, window), by)


def record_logged(verb: str, entry: ToilEntry, *, by: User) -> None:
    """From here on it counts. Before that it is between the portal and the person: admins read the trail."""
    record(verb, entry, by=by, changes={name: [None, value] for name, value in _told(entry).items()})


def slice_again(row: ToilEntry, before: tuple[datetime, datetime] | None, by: User) -> None:
    weeks = weeks_of_slices(row.slices.all())
    row.slices.all().delete()
    weeks |= write_slices([row])
    mark_weeks(weeks | share_again(row.person, before, window_of(row)), by)


def clean_changes(row: ToilEntry, changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    unknown = sorted(set(changes) - EDITABLE)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be changed."))
    wanted = dict(changes)
    if "text" in wanted:
        wanted["text"] = clean_text(wanted["text"])
    if "occurrences" in wanted:
        wanted["occurrences"] = clean_occurrences(wanted["occurrences"])
    if any(name in wanted for name in TIME):
        wanted |= _time(row, wanted, now)
    return wanted


def _time(row: ToilEntry, wanted: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    given = {name: wanted[name] for name in TIME if wanted.get(name) is not None}
    if given and not {"started_at", "ended_at"} & set(given):
        given |= {"started_at": None, "ended_at": None}
    settled = settle_time({name: getattr(row, name) for name in TIME} | given, row.tz, now)
    check_agreement(wanted, settled)
    return {name: settled[name] for name in TIME}


def _told(entry: ToilEntry) -> dict[str, Any]:
    return {name: plain(getattr(entry, name)) for name in RECORDED}
