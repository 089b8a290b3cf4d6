"""Impact windows: a real incident has one open while it hurts; a relapse opens another."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError

from apps.incidents.models import HURTS, ImpactWindow, Incident, IncidentKind

EDGES = {"started_at": "start", "mitigated_at": "end"}


def follow_status(incident: Incident, *, to: str, at: datetime) -> None:
    """Open or close a window as the status asks. The caller has locked the incident."""
    windows = list(incident.impact_windows.all())
    still_open = next((window for window in windows if window.end is None), None)
    if to not in HURTS:
        _close(still_open, at)
    elif still_open is None and incident.kind == IncidentKind.REAL:
        _open(incident, after=windows[-1] if windows else None, at=at)


def _close(window: ImpactWindow | None, at: datetime) -> None:
    if window is None:
        return
    if at < window.start:
        raise ValidationError(
            {"effective_at": f"The impact began later, at {window.start:%Y-%m-%d %H:%M} UTC."}
        )
    window.end = at
    window.save(update_fields=["end"])


def _open(incident: Incident, *, after: ImpactWindow | None, at: datetime) -> None:
    if after and after.end and at < after.end:
        raise ValidationError(
            {"effective_at": f"The last impact ended later, at {after.end:%Y-%m-%d %H:%M} UTC."}
        )
    ImpactWindow(incident=incident, start=at).save(force_insert=True)


def move_edge(incident: Incident, column: str, old: datetime | None, new: datetime | None) -> None:
    """A corrected milestone takes the window edge along that stood at the old time, if the windows stay in order."""
    edge = EDGES.get(column)
    if edge is None or old is None or new is None:
        return
    windows = list(incident.impact_windows.all())
    moved = next((window for window in windows if getattr(window, edge) == old), None)
    if moved is None:
        return
    setattr(moved, edge, new)
    if _in_order(windows):
        moved.save(update_fields=[edge])


def _in_order(windows: list[ImpactWindow]) -> bool:
    whole = all(window.end is None or window.start <= window.end for window in windows)
    return whole and all(a.end is not None and a.end <= b.start for a, b in pairwise(windows))
