"""Milestones: set by the portal as the status moves, corrected by people; their order is checked, never bent."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock, plain
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import (
    HURTS,
    EntryKind,
    Incident,
    IncidentKind,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
)
from apps.incidents.operations.moments import check_past
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.versions import raise_version
from apps.incidents.operations.windows import move_edge
from apps.incidents.policies import can_respond

K = MilestoneKind
ORDER: tuple[tuple[str, ...], ...] = (
    (K.IMPACT_STARTED, K.DETECTED, K.MITIGATED, K.RESOLVED, K.CLOSED),
    (K.DETECTED, K.ACKNOWLEDGED),
)
REPEATED = {K.IMPACT_STARTED: "started_at", K.MITIGATED: "mitigated_at", K.RESOLVED: "resolved_at"}
ONLY_AFTER: dict[str, tuple[str, ...]] = {
    K.RESOLVED: (IncidentStatus.RESOLVED, IncidentStatus.CLOSED, IncidentStatus.MERGED),
    K.CLOSED: (IncidentStatus.CLOSED,),
}
BY_PEOPLE = (MilestoneSource.HUMAN, MilestoneSource.ESTIMATE, MilestoneSource.INTEGRATION)


@transaction.atomic
def set_milestone(
    incident: Incident,
    *,
    kind: str,
    at: datetime | None = None,
    note: str = "",
    source: str = MilestoneSource.HUMAN,
    precision_minutes: int = 0,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> Incident:
    """Say when it passed a point, or with `at` None that nobody knows, and why in the note."""
    row = lock(incident)
    require(can_respond(by, row), "Only responders set milestones.")
    check_version(row, seen)
    _check_input(row, kind=kind, at=at, note=note, source=source, now=now)
    diff = write_milestone(
        row, kind, at, source=source, note=note.strip(), precision_minutes=precision_minutes, field="at"
    )
    if diff:
        diff |= repeat(row, kind, at) or raise_version(row)
        record("incident.milestone_set", row, by=by, changes=diff)
    return row


@transaction.atomic
def acknowledge_incident(incident: Incident, *, by: User, now: datetime) -> Incident:
    """Somebody is on it."""
    row = lock(incident)
    require(can_respond(by, row), "Take a role first, then acknowledge.")
    if row.milestones.filter(kind=K.ACKNOWLEDGED).exists():
        raise Conflict(f"{row.key} is acknowledged already.")
    _acknowledge(row, by=by, now=now)
    return row


def acknowledge_by_leading(row: Incident, *, by: User, now: datetime) -> None:
    """Who takes command is on it, unless somebody was before or it hurts no more; an old record was noticed long ago.
    The caller has locked the incident."""
    is_running = row.status in HURTS and row.kind != IncidentKind.BACKFILLED
    if is_running and not row.milestones.filter(kind=K.ACKNOWLEDGED).exists():
        _acknowledge(row, by=by, now=now)


def _acknowledge(row: Incident, *, by: User, now: datetime) -> None:
    diff = write_milestone(row, K.ACKNOWLEDGED, now, source=MilestoneSource.AUTO, field="at")
    raise_version(row)
    log_entry(row, EntryKind.STATUS, "Acknowledged", at=now, by=by)
    record("incident.acknowledged", row, by=by, changes=diff)


def write_milestone(
    incident: Incident,
    kind: str,
    at: datetime | None,
    *,
    source: str,
    field: str,
    note: str = "",
    precision_minutes: int = 0,
) -> Diff:
    """Insert or change one milestone; the portal's own value never replaces somebody else's.

    A wrong order is refused on `field`, naming both milestones. The caller has locked the incident.
    """
    known = {row.kind: row for row in incident.milestones.all()}
    old = known.get(kind)
    if source == MilestoneSource.AUTO and old and old.source != MilestoneSource.AUTO:
        return {}
    times = {name: row.at for name, row in known.items()} | {kind: at}
    check_order(times, about=kind, field=field)
    row = old or Milestone(incident=incident, kind=kind)
    before = plain(row.at) if old else None
    new = {"at": at, "source": source, "note": note, "precision_minutes": precision_minutes}
    if old and all(getattr(old, name) == value for name, value in new.items()):
        return {}
    for name, value in new.items():
        setattr(row, name, value)
    row.clean_fields(exclude={"incident"})
    row.save()
    return {f"milestone {kind}": [before, plain(at) or f"unknown: {note}"]}


def check_order(times: dict[str, datetime | None], *, about: str, field: str) -> None:
    for chain in ORDER:
        passed = [(name, moment) for name in chain if (moment := times.get(name)) is not None]
        for (first, earlier), (second, later) in pairwise(passed):
            if earlier > later and about in chain:
                raise ValidationError({field: _order_broken(first, earlier, second, later)})


def _order_broken(first: str, earlier: datetime, second: str, later: datetime) -> str:
    return (
        f"“{K(first).label}” ({earlier:%Y-%m-%d %H:%M} UTC) cannot come after "
        f"“{K(second).label}” ({later:%Y-%m-%d %H:%M} UTC). Correct one of the two."
    )


def repeat(incident: Incident, kind: str, at: datetime | None) -> Diff:
    """Keep the incident's own columns, and the impact window that began or ended there, in step."""
    column = REPEATED.get(K(kind))
    if column is None or (column == "started_at" and at is None):
        return {}
    move_edge(incident, column, getattr(incident, column), at)
    return apply_changes(incident, {column: at})


def may_be_set(incident: Incident, kind: str) -> bool:
    """Resolved and closed are moves first; their times are corrected afterwards."""
    return kind not in ONLY_AFTER or incident.status in ONLY_AFTER[kind]


def _check_input(
    row: Incident, *, kind: str, at: datetime | None, note: str, source: str, now: datetime
) -> None:
    if kind not in K.values:
        raise ValidationError({"kind": "Choose one of: " + ", ".join(K.values) + "."})
    if source not in BY_PEOPLE:
        raise ValidationError({"source": "Choose one of: " + ", ".join(BY_PEOPLE) + "."})
    if at is None and not note.strip():
        raise ValidationError({"note": "Say in the note why the time is unknown."})
    if not may_be_set(row, kind):
        raise ValidationError({"kind": f"Move the incident to {kind} first; that sets this milestone."})
    check_past("at", at, now)
