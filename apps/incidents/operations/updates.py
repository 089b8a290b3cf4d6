"""Status updates: how it is (conditions), what is done (actions), what is missing (needs)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, lock
from apps.core.permissions import require
from apps.incidents.models import (
    EntryKind,
    Incident,
    IncidentKind,
    PublicState,
    StatusUpdate,
    TimelineEdit,
    TimelineEntry,
)
from apps.incidents.operations.beats import next_beat
from apps.incidents.operations.cadence import move_on
from apps.incidents.operations.moments import check_past
from apps.incidents.operations.timeline import check_writable, lock_with_incident
from apps.incidents.policies import can_edit_entry, can_publish

TEXTS = ("conditions", "actions", "needs")
LONGEST = 3000


@transaction.atomic
def post_update(
    incident: Incident,
    *,
    conditions: str,
    actions: str = "",
    needs: str = "",
    is_public: bool = False,
    public_state: str = "",
    at: datetime | None = None,
    by: User,
    now: datetime,
) -> TimelineEntry:
    """A typed entry of the timeline. A public one carries its state, and is what strangers read."""
    row = lock(incident)
    check_writable(row, at=at, by=by, now=now)
    parts = {"conditions": conditions, "actions": actions, "needs": needs}
    update = StatusUpdate(is_public=is_public, public_state=public_state, **_stripped(parts))
    _check(update, row, was_public=False, by=by)
    entry = TimelineEntry(
        incident=row,
        kind=EntryKind.REPORT,
        body=update.text,
        at=at or now,
        author=by,
        beat=next_beat(row),
    )
    entry.save(force_insert=True)
    update.entry = entry
    update.save(force_insert=True)
    move_on(row, kind=entry.kind, at=entry.at, now=now)
    record("timeline.update_posted", entry, by=by, changes=_first_values(update))
    return entry


@transaction.atomic
def edit_update(
    entry: TimelineEntry, *, changes: Mapping[str, Any], by: User, now: datetime
) -> TimelineEntry:
    """Correct its parts, publish it or take it back inside. What it said before is kept and shown."""
    incident, row = lock_with_incident(entry)
    require(can_edit_entry(by, row), "Only its author and the responders change an entry.")
    at = changes.get("at") or row.at
    check_past("at", at, now)
    update = StatusUpdate.objects.get(entry=row)
    before, was_public = TimelineEdit(entry=row, body=row.body, at=row.at, edited_by=by), update.is_public
    wanted = _stripped({name: value for name, value in changes.items() if name != "at"})
    if wanted.get("is_public") is False:
        wanted["public_state"] = ""
    diff = _change(update, wanted, incident, was_public=was_public, by=by)
    moved = apply_changes(row, {"body": update.text, "at": at})
    if diff or moved:
        before.edited_at = now
        before.save()
        apply_changes(row, {"edited_at": now, "beat": next_beat(incident)})
        record(
            "timeline.update_edited", row, by=by, changes=diff | {k: v for k, v in moved.items() if k == "at"}
        )
    return row


def _change(
    update: StatusUpdate, wanted: Mapping[str, Any], incident: Incident, *, was_public: bool, by: User
) -> Diff:
    """Checked as a whole before it is saved: a state without publicity is refused by name, not by the database."""
    copy = StatusUpdate(**{name: getattr(update, name) for name in (*TEXTS, "is_public", "public_state")})
    for name, value in wanted.items():
        setattr(copy, name, value)
    _check(copy, incident, was_public=was_public, by=by)
    return apply_changes(update, wanted)


def _check(update: StatusUpdate, incident: Incident, *, was_public: bool, by: User) -> None:
    if not update.conditions:
        raise ValidationError({"conditions": "Say how it is now, for whom."})
    too_long = [name for name in TEXTS if len(getattr(update, name)) > LONGEST]
    if too_long:
        raise ValidationError(dict.fromkeys(too_long, f"At most {LONGEST} characters."))
    if not update.is_public:
        require(not was_public or can_publish(by, incident), "Only responders take a public update back.")
        if update.public_state:
            raise ValidationError({"public_state": "Only a public update has a public state."})
        return
    if incident.is_private or incident.kind != IncidentKind.REAL:
        if was_public:  # nobody outside reads it meanwhile
            return
        raise ValidationError({"is_public": "Only a real incident that is not private has public updates."})
    require(
        can_publish(by, incident), "Only responders speak in public. Post it inside, or take a role first."
    )
    if update.public_state not in PublicState.values:
        raise ValidationError({"public_state": "Choose one of: " + ", ".join(PublicState.values) + "."})


def _stripped(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in parts.items()}


def _first_values(update: StatusUpdate) -> Diff:
    names = (*TEXTS, "is_public", "public_state")
    return {name: [None, getattr(update, name)] for name in names if getattr(update, name)}
