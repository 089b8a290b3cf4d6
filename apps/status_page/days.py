"""How a service did on each of the last 90 days, worked out from the windows in which people were affected. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from apps.incidents.models import ImpactLevel

DAYS = 90
OPERATIONAL = ImpactLevel.OPERATIONAL.value
ORDER = {level: place for place, level in enumerate(ImpactLevel.values)}  # from nothing to everything


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end` (None: still) at a level."""

    start: datetime
    end: datetime | None
    level: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day in UTC: its worst level, for how long people were affected, and whether they still are."""

    day: date
    level: str = OPERATIONAL
    affected: timedelta = timedelta()
    is_running: bool = False


def worst(levels: Iterable[str]) -> str:
    return max(levels, key=lambda level: ORDER[level], default=OPERATIONAL)


def level_now(spans: Iterable[Span], now: datetime) -> str:
    return worst(span.level for span in spans if span.start <= now and (span.end is None or span.end > now))


def last_days(spans: Sequence[Span], now: datetime, *, count: int = DAYS) -> list[Day]:
    """The last `count` days in UTC, today included, oldest first."""
    today = now.astimezone(UTC).date()
    hurting = [span for span in spans if span.level != OPERATIONAL]
    return [_day(hurting, today - timedelta(days=back), now) for back in reversed(range(count))]


def _day(spans: Sequence[Span], day: date, now: datetime) -> Day:
    begins = datetime.combine(day, time(), tzinfo=UTC)
    ends = min(begins + timedelta(days=1), now)
    parts = [(span, max(span.start, begins), min(span.end or now, ends)) for span in spans]
    touching = [(span, start, end) for span, start, end in parts if start < end]
    if not touching:
        return Day(day)
    is_running = ends == now and any(span.end is None or span.end > now for span, _, _ in touching)
    return Day(day, worst(span.level for span, _, _ in touching), union(touching), is_running)


def union(parts: Iterable[tuple[Span, datetime, datetime]]) -> timedelta:
    """How long at least one of them lasted: what overlaps counts once."""
    whole, reached = timedelta(), None
    for _, start, end in sorted(parts, key=lambda part: part[1]):
        begin = start if reached is None else max(start, reached)
        whole += max(end - begin, timedelta())
        reached = end if reached is None else max(reached, end)
    return whole
