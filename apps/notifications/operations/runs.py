"""When the clock's work was last done to its end: what /healthz asks."""

from __future__ import annotations

from datetime import datetime

from apps.notifications.models import ClockRun


def note_run(name: str, now: datetime) -> None:
    ClockRun.objects.update_or_create(name=name, defaults={"succeeded_at": now})
