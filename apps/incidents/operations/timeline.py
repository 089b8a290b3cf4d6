"""Timeline entries: written by people, or by the portal about what it just did."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import (
    WRITTEN_BY_PEOPLE,
    EntryKind,
    Incident,
    IncidentStatus,
    TimelineEdit,
    TimelineEntry,
)
from apps.incidents.operations.beats import next_beat
from apps.incidents.operations.cadence import move_on
from apps.incidents.operations.moments import check_past
from apps.incidents.policies import can_edit_entry, can_post

WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


@transaction.atomic
def add_entry(
    incident: Incident,
    *,
    body: str,
    kind: str = EntryKind.UPDATE,
    at: datetime | None = None,
    is_starred: bool = False,
    by: User,
    now: datetime,
) -> TimelineEntry:
    check_writable(incident, at=at, by=by, now=now)
    entry = TimelineEntry(
        incident=incident,
        kind=_personal(kind),
        body=_said(body, kind),
        at=at or now,
        author=by,
        is_starred=is_starred,
        beat=next_beat(incident),
    )
    refuse_merged(incident)
    entry.save(force_insert=True)
    move_on(incident, kind=kind, at=entry.at, now=now)
    record(
        "timeline.entry_added", entry, by=by, changes={"kind": [None, str(kind)], "body": [None, entry.body]}
    )
    return entry


@transaction.atomic
def edit_entry(
    entry: TimelineEntry, *, body: str, at: datetime | None = None, by: User, now: datetime
) -> TimelineEntry:
    """Correct what was written; what it said before is kept and shown."""
    incident, row = lock_with_incident(entry)
    require(can_edit_entry(by, row), "Only its author and the responders change an entry.")
    if row.kind == EntryKind.REPORT:
        raise ValidationError(
            {"body": "Correct the conditions, actions and needs of a status update instead."}
        )
    check_past("at", at, now)
    before = TimelineEdit(entry=row, body=row.body, at=row.at, edited_at=now, edited_by=by)
    diff = apply_changes(row, {"body": _said(body, row.kind), "at": at or row.at})
    if diff:
        before.save()
        apply_changes(row, {"edited_at": now, "beat": next_beat(incident)})
        record("timeline.entry_edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def star_entry(entry: TimelineEntry, *, is_starred: bool, by: User) -> TimelineEntry:
    """Starred entries are the ones a postmortem starts from."""
    row = lock(entry)
    require(can_post(by, row.incident))
    diff = apply_changes(row, {"is_starred": is_starred})
    if diff:
        record(
            "timeline.entry_starred" if is_starred else "timeline.entry_unstarred", row, by=by, changes=diff
        )
    return row


def lock_with_incident(entry: TimelineEntry) -> tuple[Incident, TimelineEntry]:
    """The incident first, as everybody locks them. A merge may have carried the entry to another one meanwhile."""
    incident, row = lock(entry.incident), lock(entry)
    if row.incident_id != incident.pk:
        raise Conflict("This entry moved to another incident just now. Open it there and edit it again.")
    return incident, row


def check_writable(incident: Incident, *, at: datetime | None, by: User, now: datetime) -> None:
    require(can_post(by, incident), "You can read this timeline, but not write into it.")
    if incident.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Write into the one it went into.")
    check_past("at", at, now)


def refuse_merged(incident: Incident) -> None:
    """Asked again once the beat has locked it: what is written while others merge it must not stay behind."""
    if Incident.objects.filter(pk=incident.pk, status=IncidentStatus.MERGED).exists():
        raise Conflict("This incident was merged just now. Write into the one it went into.")


def log_entry(
    incident: Incident, kind: EntryKind, body: str, *, at: datetime, by: User, is_first: bool = False
) -> None:
    """What the portal did, as a line of the timeline. The operation that did it has asked its policy.
    Nobody follows an incident before its first line."""
    beat = 0 if is_first else next_beat(incident)
    TimelineEntry(incident=incident, kind=kind, body=body, at=at, author=by, beat=beat).save(
        force_insert=True
    )


def _personal(kind: str) -> str:
    if kind not in WRITTEN_BY_PEOPLE:
        raise ValidationError({"kind": "Choose one of: " + ", ".join(WRITTEN_BY_PEOPLE) + "."})
    return kind


def _said(body: str, kind: str) -> str:
    text = body.strip()
    if not text:
        raise ValidationError({"body": "Write what happened."})
    if kind == EntryKind.LINK and not WEB_ADDRESS.fullmatch(text.split()[0]):
        raise ValidationError({"body": "A link begins with its address: https://… and then what it is."})
    return text
