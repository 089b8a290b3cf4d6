"""Merging several incidents into one, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import (
    HURTS,
    EntryKind,
    Incident,
    IncidentKind,
    IncidentStatus,
    Transition,
)
from apps.incidents.operations.cadence import due_after_move, plan_again
from apps.incidents.operations.carrying import take_back
from apps.incidents.operations.linking import lock_in_order
from apps.incidents.operations.moving import transition_incident
from apps.incidents.operations.timeline import log_entry
from apps.incidents.policies import can_unmerge


@transaction.atomic
def merge_incidents(
    incident: Incident, *, merged: Sequence[Incident], reason: str = "", by: User, now: datetime
) -> Incident:
    """Make others part of this one, all of them or none. Their keys lead here from now on."""
    if not merged:
        raise ValidationError({"incidents": "Name at least one incident that becomes part of this one."})
    pks = {row.pk for row in merged}
    locked = {row.pk: row for row in lock_in_order(pks | {incident.pk})}
    for pk in sorted(pks):
        try:
            transition_incident(
                locked[pk], to=IncidentStatus.MERGED, into=locked[incident.pk], reason=reason, by=by, now=now
            )
        except ValidationError as refusal:
            said = f"{locked[pk].key}: {' '.join(refusal.messages)}"
            raise ValidationError({"incidents": said}) from refusal
    return lock(incident)


@transaction.atomic
def unmerge_incident(incident: Incident, *, reason: str, by: User, now: datetime) -> Incident:
    """It stands alone again, in the state it had, with what it had brought along."""
    seen = lock_chain(incident)
    row, came_from = seen[0], seen[1] if len(seen) > 1 else None
    require(can_unmerge(by, row), "Only admins undo a merge.")
    if came_from is None:
        raise Conflict(f"{row.key} is not merged.", allowed=row.next_statuses(now))
    if not reason.strip():
        raise ValidationError({"reason": "Say why it was no part of the other incident."})
    merge = row.transitions.filter(to_status=IncidentStatus.MERGED).last()
    before = merge.from_status if merge else IncidentStatus.INVESTIGATING
    due = due_after_move(row, to=before, now=now)
    diff = apply_changes(row, {"status": before, "status_since": now, "merged_into": None})
    del diff["merged_into"]  # either may become private later
    plan_again(row, due)
    if merge and before in HURTS:
        _reopen_windows(row, merge.effective_at)
    take_back(row, came_from, by=by, now=now)
    _write_history(row, reason=reason.strip(), by=by, now=now)
    record("incident.unmerged", row, by=by, changes=diff | {"reason": [None, reason.strip()]})
    return row


def lock_chain(incident: Incident) -> list[Incident]:
    """The incident and every one that its merges lead to, locked in the order of their keys."""
    chain = [Incident.objects.get(pk=incident.pk)]
    while chain[-1].merged_into_id:
        chain.append(Incident.objects.get(pk=chain[-1].merged_into_id))
    locked = {row.pk: row for row in lock_in_order({row.pk for row in chain})}
    found = [locked[row.pk] for row in chain]
    for row, following in zip(found, [*found[1:], None], strict=True):
        if row.merged_into_id != (following.pk if following else None):
            raise Conflict("Somebody merged or unmerged one of these just now. Look again.")
        row.merged_into = following
    return found


def _reopen_windows(row: Incident, merged_at: datetime) -> None:
    """The merge ended them, not the people who looked after them."""
    if row.kind == IncidentKind.REAL:
        row.impact_windows.filter(end=merged_at).update(end=None)


def _write_history(row: Incident, *, reason: str, by: User, now: datetime) -> None:
    Transition(
        incident=row,
        from_status=IncidentStatus.MERGED,
        to_status=row.status,
        at=now,
        effective_at=now,
        actor=by,
        reason=reason,
    ).save(force_insert=True)
    log_entry(row, EntryKind.STATUS, f"Merge undone: {reason}", at=now, by=by)
