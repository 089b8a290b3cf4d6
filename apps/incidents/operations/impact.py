"""What people say about the impact: which service, from when to when, how badly, for how many."""

from __future__ import annotations

from collections.abc import Mapping
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
    HURTS,
    ImpactLevel,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentStatus,
)
from apps.incidents.operations.moments import check_past
from apps.incidents.operations.versions import raise_version
from apps.incidents.policies import can_respond
from apps.services.models import Service

FIELDS = ("service", "start", "end", "level", "pct_affected")
HURT = (IncidentKind.REAL, IncidentKind.BACKFILLED)


@transaction.atomic
def add_window(
    incident: Incident,
    *,
    start: datetime,
    end: datetime | None = None,
    level: str = ImpactLevel.PARTIAL,
    service: Service | None = None,
    pct_affected: int | None = None,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> ImpactWindow:
    """Users of `service` (None: of the whole) were affected from `start` to `end` (None: still)."""
    row = _lock_to_respond(incident, seen=seen, by=by)
    if row.kind not in HURT:
        raise Conflict(f"A {row.get_kind_display().lower()} hurts nobody. Change its kind first.")
    window = ImpactWindow(
        incident=row, service=service, start=start, end=end, level=level, pct_affected=pct_affected
    )
    _check(window, now=now)
    window.save(force_insert=True)
    _tell("incident.impact_added", row, {name: [None, plain(getattr(window, name))] for name in FIELDS}, by)
    return window


@transaction.atomic
def edit_window(
    window: ImpactWindow, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> ImpactWindow:
    """Correct any of its fields; what is not named stays."""
    row = _lock_to_respond(window.incident, seen=seen, by=by)
    stored = _again(window)
    window.incident = stored.incident = (
        row  # what is checked is the incident as it is now, not as it was seen
    )
    for name in FIELDS:
        setattr(window, name, changes.get(name, getattr(stored, name)))
    _check(window, known=stored.service_id, now=now)
    diff = apply_changes(stored, {name: changes[name] for name in FIELDS if name in changes})
    if diff:
        _tell("incident.impact_changed", row, {"window": [str(stored.uuid)] * 2, **diff}, by)
    return stored


@transaction.atomic
def close_window(
    window: ImpactWindow, *, at: datetime | None = None, by: User, now: datetime
) -> ImpactWindow:
    """The impact ended, now or at `at`; the incident stays as it is."""
    _lock_to_respond(window.incident, seen=None, by=by)
    if _again(window).end:
        raise Conflict("This impact window is closed already.")
    return edit_window(window, changes={"end": at or now}, by=by, now=now)


@transaction.atomic
def delete_window(window: ImpactWindow, *, by: User) -> Incident:
    """It never hurt there. What the window said stays in the trail."""
    row = _lock_to_respond(window.incident, seen=None, by=by)
    stored = _again(window)
    _tell("incident.impact_removed", row, {name: [plain(getattr(stored, name)), None] for name in FIELDS}, by)
    stored.delete()
    return row


def _lock_to_respond(incident: Incident, *, seen: int | None, by: User) -> Incident:
    row = lock(incident)
    require(can_respond(by, row), "Only responders say what the impact was. Take a role first.")
    check_version(row, seen)
    if row.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Say it of the one it went into.")
    return row


def _again(window: ImpactWindow) -> ImpactWindow:
    """As stored now; the lock of its incident keeps it so."""
    stored = ImpactWindow.objects.filter(pk=window.pk).first()
    if stored is None:
        raise Conflict("This impact window was removed already.")
    return stored


def _check(window: ImpactWindow, *, known: int | None = None, now: datetime) -> None:
    """`known` is the service it had before: it may keep one that has left the incident since."""
    window.clean_fields(exclude={"incident", "uuid", "service"})
    incident, service = window.incident, window.service
    if service and service.pk != known and not incident.services.filter(pk=service.pk).exists():
        raise ValidationError(
            {"service": f"{service.slug} is not among the services of {incident.key}. Add it there first."}
        )
    _check_times(window, now=now)
    tracked = incident.impact_windows.filter(service=service).exclude(pk=window.pk)
    other = next((one for one in tracked if one.overlaps(window)), None)
    if other:
        until = f"{other.end:%Y-%m-%d %H:%M} UTC" if other.end else "now"
        raise ValidationError(
            {"start": f"It overlaps with the window from {other.start:%Y-%m-%d %H:%M} UTC to {until}."}
        )


def _check_times(window: ImpactWindow, *, now: datetime) -> None:
    incident = window.incident
    check_past("start", window.start, now)
    check_past("end", window.end, now)
    if window.start < incident.started_at:
        raise ValidationError(
            {
                "start": f"The impact of {incident.key} began at {incident.started_at:%Y-%m-%d %H:%M} UTC. "
                "Correct the milestone “Impact started” first."
            }
        )
    if window.end and window.end <= window.start:
        raise ValidationError({"end": "It must end after it began."})
    if window.end is None and incident.status not in HURTS:
        raise ValidationError(
            {"end": f"{incident.key} is {incident.get_status_display().lower()}: say when the impact ended."}
        )


def _tell(verb: str, row: Incident, changes: Diff, by: User) -> None:
    raise_version(row)
    record(verb, row, by=by, changes=changes)
