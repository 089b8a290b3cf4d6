"""When the next update is due: planned when an incident opens, moved on by every update, gone when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from apps.incidents.models import TOLD_IN, UPDATES, Incident, SeverityPolicy


def first_due(incident: Incident, *, now: datetime) -> datetime | None:
    """For an incident that opens at `now`."""
    return _due(incident, status=incident.status, since=now, now=now)


def due_after_move(incident: Incident, *, to: str, now: datetime) -> datetime | None:
    """Opened or reopened, the clock starts; while it is open a move changes nothing; afterwards nothing is due."""
    if to in TOLD_IN and incident.status in TOLD_IN:
        return incident.update_due_at
    return _due(incident, status=to, since=now, now=now)


def due_after_edit(incident: Incident, *, was: dict[str, Any], now: datetime) -> datetime | None:
    """Another severity counts from the same last update; `was` holds severity and kind before the edit."""
    policy, since = SeverityPolicy.objects.kept(now), now
    minutes = policy.minutes_of(was["severity"])
    if incident.update_due_at and minutes is not None:
        since = incident.update_due_at - timedelta(minutes=minutes)
    return _due(incident, status=incident.status, since=since, now=now)


def plan_again(incident: Incident, due: datetime | None) -> None:
    """Written past the version and the audit trail: it follows from what was changed."""
    if due != incident.update_due_at:
        incident.update_due_at = due
        incident.save(update_fields=["update_due_at"])


def move_on(incident: Incident, *, kind: str, at: datetime, now: datetime) -> None:
    """An update was told at `at`. One dated back never makes the next one due earlier."""
    due = _due(incident, status=incident.status, since=at, now=now) if kind in UPDATES else None
    if due is None:
        return
    is_earlier = Q(update_due_at__isnull=True) | Q(update_due_at__lt=due)
    Incident.objects.filter(is_earlier, pk=incident.pk, status__in=TOLD_IN).update(update_due_at=due)


def _due(incident: Incident, *, status: str, since: datetime, now: datetime) -> datetime | None:
    policy = SeverityPolicy.objects.kept(now)
    return policy.next_due(severity=incident.severity, kind=incident.kind, status=status, since=since)
