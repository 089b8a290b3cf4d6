"""From person-days to the stored week of a team. Pure: no queries, and the clock is an argument."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from apps.toil.capacity import Capacity
from apps.toil.percent import Share
from apps.toil.slices import midnight

TOIL, OPS_OTHER = "toil", "ops_other"
SURELY_OVER = timedelta(hours=16)  # no zone is further behind UTC than 12 hours


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds of one person, day, kind and category."""

    person_id: int
    day: date
    kind: str
    category: str
    seconds: int
    out_of_hours: int = 0


@dataclass(slots=True)
class DayTotals:
    """One local day of the team. `toil` counts, `guest` is shown beside it."""

    toil: int = 0
    capacity: Decimal = Decimal(0)
    guest: int = 0
    out_of_hours: int = 0

    def packed(self) -> list[int]:
        """As stored: seconds, hundredths of minutes, seconds, seconds."""
        return [self.toil, int(self.capacity * 100), self.guest, self.out_of_hours]


@dataclass(slots=True)
class WeekTotals:
    """Seven days and what they add up to. `next_change_at` is when another day will be over (None: all are)."""

    days: list[DayTotals] = field(default_factory=lambda: [DayTotals() for _ in range(7)])
    ops_seconds: int = 0
    categories: dict[str, int] = field(default_factory=dict)
    days_counted: int = 0
    days_total: int = 0
    next_change_at: datetime | None = None

    @property
    def toil_seconds(self) -> int:
        return sum(day.toil for day in self.days)

    @property
    def guest_seconds(self) -> int:
        return sum(day.guest for day in self.days)

    @property
    def out_of_hours_seconds(self) -> int:
        return sum(day.out_of_hours for day in self.days)

    @property
    def capacity_minutes(self) -> Decimal:
        return sum((day.capacity for day in self.days), Decimal(0))

    @property
    def share(self) -> Share:
        return Share(self.toil_seconds, self.capacity_minutes)

    @property
    def fingerprint(self) -> str:
        """Alike for alike inputs, in whatever order these came."""
        packed = [day.packed() for day in self.days]
        parts = (
            packed,
            self.ops_seconds,
            sorted(self.categories.items()),
            self.days_total,
            self.next_change_at,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def roll_up(
    monday: date, work: Iterable[Work], capacity: Capacity, zones: Mapping[int, tzinfo], now: datetime
) -> WeekTotals:
    """The week that starts on `monday`.

    Of the running week a day counts for a person once it is over in that person's zone, or as soon as something
    was logged on it: silence about today is not a low number, and what is logged shows at once.
    """
    totals = WeekTotals()
    logged = set()
    for item in work:
        logged.add((item.person_id, item.day))
        _add_work(totals, monday, item, is_guest=(item.person_id, item.day) not in capacity)
    _add_capacity(totals, monday, capacity, logged, zones, now)
    return totals


def _add_work(totals: WeekTotals, monday: date, item: Work, *, is_guest: bool) -> None:
    day = totals.days[(item.day - monday).days]
    if item.kind == OPS_OTHER and not is_guest:
        totals.ops_seconds += item.seconds
    if item.kind != TOIL:
        return
    if is_guest:
        day.guest += item.seconds
        return
    day.toil += item.seconds
    day.out_of_hours += item.out_of_hours
    totals.categories[item.category] = totals.categories.get(item.category, 0) + item.seconds


def _add_capacity(
    totals: WeekTotals,
    monday: date,
    capacity: Capacity,
    logged: set[tuple[int, date]],
    zones: Mapping[int, tzinfo],
    now: datetime,
) -> None:
    waiting: defaultdict[date, list[datetime]] = defaultdict(list)
    for (person, day), minutes in capacity.items():
        if (person, day) in logged or _is_over(day, zones[person], now):
            totals.days[(day - monday).days].capacity += minutes
        elif minutes:
            waiting[day].append(midnight(day + timedelta(days=1), zones[person]))
    counted = [bool(day.capacity) for day in totals.days]
    pending = {(day - monday).days for day in waiting}
    totals.days_counted = sum(counted)
    totals.days_total = len(pending | {place for place, counts in enumerate(counted) if counts})
    totals.next_change_at = min((moment for moments in waiting.values() for moment in moments), default=None)


def _is_over(day: date, zone: tzinfo, now: datetime) -> bool:
    last = datetime.combine(day, time(23, 59), tzinfo=UTC)
    return now - last > SURELY_OVER or midnight(day + timedelta(days=1), zone) <= now
