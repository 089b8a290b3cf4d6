"""A line for a timer: what is done, without how long, which the timer measures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.reading import read_for


def read_untimed(user: User, line: str, *, now: datetime) -> dict[str, Any]:
    """The keywords of `start_timer` that the line says; raises Unreadable when it says a time or no words."""
    found = read_for(user, line, zone=user.zone, now=now)
    if found.has_time or "local_date" in found.said:
        raise Unreadable("A timer measures the time from now on. Leave the time and the day away.")
    if "text" not in found.said:
        raise Unreadable("Say in a few words what it is.")
    return found.said
