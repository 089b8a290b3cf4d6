"""The only way to move an incident: under a lock, along the table, with its consequences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock, plain
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import (
    NEXT_STATUS,
    REASON_NEEDED,
    EntryKind,
    Incident,
    IncidentStatus,
    MilestoneKind,
    MilestoneSource,
    Transition,
    kinds_fit,
)
from apps.incidents.operations.cadence import due_after_move, plan_again
from apps.incidents.operations.carrying import carry
from apps.incidents.operations.closing import missing_to_move
from apps.incidents.operations.linking import lock_both
from apps.incidents.operations.milestones import REPEATED, write_milestone
from apps.incidents.operations.moments import check_past
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.windows import follow_status
from apps.incidents.policies import can_respond, can_see

S = IncidentStatus
MILESTONE_OF = {
    S.MITIGATED: MilestoneKind.MITIGATED,
    S.RESOLVED: MilestoneKind.RESOLVED,
    S.CLOSED: MilestoneKind.CLOSED,
}
UNDONE_BY_REOPENING = (MilestoneKind.RESOLVED, MilestoneKind.CLOSED)


@transaction.atomic
def transition_incident(
    incident: Incident,
    *,
    to: str,
    reason: str = "",
    effective_at: datetime | None = None,
    into: Incident | None = None,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> Incident:
    """Move to `to`. `effective_at` is when it happened, if earlier than `now`; `into` is what it is merged into."""
    row, target = lock_both(incident, into) if to == S.MERGED and into else (lock(incident), None)
    require(can_respond(by, row), "Only responders move an incident. Take a role first.")
    check_version(row, seen)
    _check_move(row, to=to, reason=reason, effective_at=effective_at, now=now)
    if to == S.MERGED:
        _check_target(row, target, by=by)
    at, before, was_open = effective_at or now, row.status, row.is_open
    follow_status(row, before=before, to=to, at=at)
    diff, columns = _write_milestones(row, to=to, at=at, was_open=was_open)
    columns |= {"status": to, "status_since": at, "merged_into": target}
    due = due_after_move(row, to=to, now=now)
    diff |= apply_changes(row, columns)
    diff.pop("merged_into", None)  # either may become private later
    plan_again(row, due)
    _write_history(row, before=before, reason=reason.strip(), at=at, by=by, now=now)
    if target:
        carry(row, target, by=by, now=now)
    record(f"incident.{_verb(before, to)}", row, by=by, changes=diff | {"reason": [None, reason.strip()]})
    return row


def _check_move(row: Incident, *, to: str, reason: str, effective_at: datetime | None, now: datetime) -> None:
    if to not in S.values:
        raise ValidationError({"to": "There is no such state. Choose one of: " + ", ".join(S.values) + "."})
    allowed = row.next_statuses(now)
    if to not in allowed:
        raise Conflict(_refusal(row, to), allowed=allowed)
    if (row.status, to) in REASON_NEEDED and not reason.strip():
        raise ValidationError({"reason": "Say why; this move is only understood with a reason."})
    check_past("effective_at", effective_at, now)
    if effective_at and effective_at < row.started_at:
        raise ValidationError({"effective_at": f"It began later, at {row.started_at:%Y-%m-%d %H:%M} UTC."})
    lacks = missing_to_move(row, to)
    if lacks:
        said = "Not ready to close." if to == S.CLOSED else f"Not ready to become {S(to).label.lower()}."
        raise Conflict(said, allowed=[one for one in allowed if one != to], missing=lacks)


def _refusal(row: Incident, to: str) -> str:
    if row.status == to:
        return f"{row.key} is {S(to).label.lower()} already."
    if to in NEXT_STATUS[row.status]:
        return f"{row.key} ended more than 14 days ago. Declare a new incident that refers to it."
    return (
        f"{row.key} is {row.get_status_display().lower()} and cannot become {S(to).label.lower()} from there."
    )


def _check_target(row: Incident, into: Incident | None, *, by: User) -> None:
    """A merged incident is never a target, so chains only ever grow at their end and no circle can close.
    What is brought along is seen by whoever sees the target, so both are private or neither is."""
    if into is None or not can_see(by, into):
        raise ValidationError({"into": "Name the incident that it becomes part of."})
    if into.pk == row.pk:
        raise ValidationError({"into": "An incident cannot be merged into itself."})
    if into.status == S.MERGED:
        raise ValidationError({"into": f"{into.key} was merged itself. Name the incident it went into."})
    if not kinds_fit(row.kind, into.kind):
        raise ValidationError({"into": _misfit(row, into)})
    if into.is_private != row.is_private:
        raise ValidationError(
            {"into": "One of the two is private. Make both private, or neither, then merge."}
        )
    if into.is_private and not can_respond(by, into):
        raise ValidationError({"into": f"Only responders of {into.key} let others see it."})


def _misfit(row: Incident, into: Incident) -> str:
    kinds = [one.get_kind_display().lower() for one in (row, into)]
    return (
        f"The kinds do not fit: {row.key} is “{kinds[0]}”, {into.key} is “{kinds[1]}”. "
        "Link the two, or correct the kind of one first if it is wrong."
    )


def _write_milestones(row: Incident, *, to: str, at: datetime, was_open: bool) -> tuple[Diff, dict[str, Any]]:
    """What changed, and the incident's own columns to change with it.

    The first mitigation stands for ever; a reopened incident is no longer resolved or closed.
    """
    kind = MILESTONE_OF.get(S(to))
    if kind and not (kind == MilestoneKind.MITIGATED and row.mitigated_at):
        diff = write_milestone(row, kind, at, source=MilestoneSource.AUTO, field="effective_at")
        return diff, {REPEATED[kind]: at} if diff and kind in REPEATED else {}
    if was_open or to not in (S.INVESTIGATING, S.TRIAGE):
        return {}, {}
    undone = row.milestones.filter(kind__in=UNDONE_BY_REOPENING)
    diff = {f"milestone {one.kind}": [plain(one.at), None] for one in undone}
    undone.delete()
    return diff, {"resolved_at": None}


def _write_history(row: Incident, *, before: str, reason: str, at: datetime, by: User, now: datetime) -> None:
    Transition(
        incident=row,
        from_status=before,
        to_status=row.status,
        at=now,
        effective_at=at,
        actor=by,
        reason=reason,
    ).save(force_insert=True)
    said = _said(before, row)
    log_entry(row, EntryKind.STATUS, f"{said}: {reason}" if reason else said, at=at, by=by)


def _said(before: str, row: Incident) -> str:
    if row.status == S.INVESTIGATING and before not in (S.TRIAGE, S.IDENTIFIED):
        return "Reopened"
    if row.status == S.MERGED:  # which one is said by its page, to who sees both
        return "Merged into another incident"
    return str(row.get_status_display())


def _verb(before: str, to: str) -> str:
    if to in (S.INVESTIGATING, S.TRIAGE):
        return "reopened" if before not in (S.TRIAGE, S.IDENTIFIED) else "investigated"
    return to
