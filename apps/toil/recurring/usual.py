"""How long something usually takes: asked when a line does not say it, and offered, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from apps.accounts.models import User
from apps.toil.models import ToilEntry, ToilSource

REMEMBERED = timedelta(days=90)
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Usual:
    seconds: int
    of: str


def usual_time(user: User, said: Mapping[str, Any], *, now: datetime) -> Usual | None:
    """The median of the source that the line names, or whose name it is; else of the person's own entries with
    these words. Over 90 days, in whole minutes. None when nothing of the kind was logged."""
    rows = ToilEntry.objects.counting().filter(local_date__gt=(now - REMEMBERED).date())
    source, text = said.get("source"), said.get("text", "")
    if source is None and text:
        own = ToilSource.objects.current().filter(team__in=user.team_ids)
        source = own.filter(name__iexact=text).first()
    if source is not None and (found := median_of(rows.filter(source=source))):
        return Usual(found, source.name)
    found = median_of(rows.filter(person=user, text__iexact=text)) if text else None
    return Usual(found, f"“{text}”") if found else None


def median_of(rows: Any) -> int | None:
    latest = rows.order_by("-local_date", "-pk").values_list("seconds", flat=True)[:LOOKED_AT]
    return in_whole_minutes(list(latest)) if latest else None


def in_whole_minutes(seconds: list[int]) -> int:
    """The median, a minute at least."""
    return max(1, int(median(seconds) / 60 + 0.5)) * 60
