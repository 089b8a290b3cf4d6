"""What the status and the milestones do to impact windows: a real incident has one open from the moment it
begins to hurt, none once it does not; a relapse opens another. What people say of them is in `impact.py`."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations

from django.core.exceptions import ValidationError

from apps.incidents.models import HURTS, ImpactWindow, Incident, IncidentKind

EDGES = {"started_at": "start", "mitigated_at": "end"}


def follow_status(incident: Incident, *, before: str, to: str, at: datetime) -> None:
    """Close every window once it no longer hurts, or open one of the whole. The caller has locked the incident.

    While it hurts the windows belong to people: one that they ended is not opened again by a next step.
    """
    windows = list(incident.impact_windows.all())
    still_open = [window for window in windows if window.end is None]
    if to not in HURTS:
        for window in still_open:
            _close(window, at)
    elif incident.kind == IncidentKind.REAL and not still_open and (before not in HURTS or not windows):
        _open(incident, [window for window in windows if window.service_id is None], at=at)


def _close(window: ImpactWindow, at: datetime) -> None:
    if at < window.start:
        raise ValidationError(
            {"effective_at": f"The impact began later, at {window.start:%Y-%m-%d %H:%M} UTC."}
        )
    window.end = at
    window.save(update_fields=["end"])


def _open(incident: Incident, known: list[ImpactWindow], *, at: datetime) -> None:
    last = max((window.end for window in known if window.end), default=None)
    if last and at < last:
        raise ValidationError({"effective_at": f"The last impact ended later, at {last:%Y-%m-%d %H:%M} UTC."})
    ImpactWindow(incident=incident, start=at).save(force_insert=True)


def move_edge(incident: Incident, column: str, old: datetime | None, new: datetime | None) -> None:
    """A corrected milestone takes the window edges along that stood at the old time, if the windows stay in order."""
    edge = EDGES.get(column)
    if edge is None or old is None or new is None:
        return
    windows = list(incident.impact_windows.all())
    moved = [window for window in windows if getattr(window, edge) == old]
    for window in moved:
        setattr(window, edge, new)
    if in_order(windows):
        for window in moved:
            window.save(update_fields=[edge])


def in_order(windows: list[ImpactWindow]) -> bool:
    """Each ends after it begins, and no two of one service overlap."""
    whole = all(window.end is None or window.start <= window.end for window in windows)
    apart = (not a.overlaps(b) for a, b in combinations(windows, 2) if a.service_id == b.service_id)
    return whole and all(apart)
