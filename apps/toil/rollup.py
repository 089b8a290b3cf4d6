"""From person-days to the stored week of a team. Pure: no queries, and the clock is an argument."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from apps.toil.capacity import Capacity
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.slices import midnight

TOIL, OPS_OTHER = "toil", "ops_other"
SURELY_OVER = timedelta(hours=16)  # no zone is further behind UTC than 12 hours
GRACE = timedelta(hours=48)
WEEK = timedelta(days=7)


class Work(NamedTuple):
    """Seconds of one person, day, kind and category."""

    person_id: int
    day: date
    kind: str
    category: str
    seconds: int
    out_of_hours: int = 0


@dataclass(slots=True)
class DayTotals:
    """One local day of the team. `toil` counts, `guest` is shown beside it, `ops` is other operational work.
    `confirmed_*` are of those who confirmed the week, `open` is what the day may hold of all others at most."""

    toil: int = 0
    capacity: Decimal = Decimal(0)
    guest: int = 0
    out_of_hours: int = 0
    ops: int = 0
    confirmed_toil: int = 0
    confirmed_ops: int = 0
    confirmed_capacity: Decimal = Decimal(0)
    open: int = 0
    open_ops: int = 0

    @property
    def number(self) -> Number:
        """Of toil alone."""
        return Number(self.toil, self.capacity, self.confirmed_toil, self.confirmed_capacity, self.open)

    @property
    def ops_number(self) -> Number:
        """Of all operational work."""
        confirmed = self.confirmed_toil + self.confirmed_ops
        return Number(self.toil + self.ops, self.capacity, confirmed, self.confirmed_capacity, self.open_ops)

    @property
    def share(self) -> Share:
        return Share(self.toil, self.capacity)

    def packed(self) -> list[int]:
        """As stored: seconds, and hundredths of minutes for capacities."""
        return [
            self.toil,
            int(self.capacity * 100),
            self.guest,
            self.out_of_hours,
            self.ops,
            self.confirmed_toil,
            self.confirmed_ops,
            int(self.confirmed_capacity * 100),
            self.open,
            self.open_ops,
        ]

    @classmethod
    def unpacked(cls, packed: Sequence[int]) -> DayTotals:
        toil, capacity, guest, out, ops, confirmed, confirmed_ops, confirmed_capacity, still, still_ops = (
            packed
        )
        return cls(
            toil,
            Decimal(capacity) / 100,
            guest,
            out,
            ops,
            confirmed,
            confirmed_ops,
            Decimal(confirmed_capacity) / 100,
            still,
            still_ops,
        )


EMPTY_DAYS = [DayTotals().packed()] * 7


@dataclass(slots=True)
class WeekTotals:
    """Seven days and what they add up to. `next_change_at` is when another day will be over (None: all are),
    `final_at` when the week is closed."""

    days: list[DayTotals] = field(default_factory=lambda: [DayTotals() for _ in range(7)])
    categories: dict[str, int] = field(default_factory=dict)
    days_counted: int = 0
    days_total: int = 0
    next_change_at: datetime | None = None
    final_at: datetime | None = None

    def columns(self) -> dict[str, int | Decimal]:
        """The sums of the week by the names of its columns."""
        return {
            "toil_seconds": sum(day.toil for day in self.days),
            "guest_seconds": sum(day.guest for day in self.days),
            "out_of_hours_seconds": sum(day.out_of_hours for day in self.days),
            "ops_seconds": sum(day.ops for day in self.days),
            "capacity_minutes": sum((day.capacity for day in self.days), Decimal(0)),
            "confirmed_toil_seconds": sum(day.confirmed_toil for day in self.days),
            "confirmed_ops_seconds": sum(day.confirmed_ops for day in self.days),
            "confirmed_minutes": sum((day.confirmed_capacity for day in self.days), Decimal(0)),
            "open_seconds": sum(day.open for day in self.days),
            "open_ops_seconds": sum(day.open_ops for day in self.days),
        }

    @property
    def fingerprint(self) -> str:
        """Alike for alike inputs, in whatever order these came."""
        rest = (sorted(self.categories.items()), self.days_total, self.next_change_at)
        return fingerprint_of([day.packed() for day in self.days], rest)


def fingerprint_of(days: Sequence[Sequence[int]], rest: object = ()) -> str:
    return hashlib.sha256(repr(([list(day) for day in days], rest)).encode()).hexdigest()


def roll_up(
    monday: date,
    work: Iterable[Work],
    capacity: Capacity,
    zones: Mapping[int, tzinfo],
    confirmed: Collection[int],
    now: datetime,
) -> WeekTotals:
    """The week that starts on `monday`. `confirmed` are the people who said that their week is complete.

    Of the running week a day counts for a person once it is over in that person's zone, or as soon as something
    was logged on it: silence about today is not a low number, and what is logged shows at once.
    """
    totals, logged = WeekTotals(), Logged(monday, capacity, confirmed)
    for item in work:
        logged.add(totals, item)
    _add_capacity(totals, logged, zones, now)
    totals.final_at = final_moment(monday, {zones[person] for person, _ in capacity})
    return totals


def final_moment(monday: date, zones: Iterable[tzinfo]) -> datetime:
    """48 hours after the week is over where it is over last."""
    ends = [midnight(monday + WEEK, zone) for zone in zones]
    return max(ends, default=midnight(monday + WEEK, UTC)) + GRACE


class Logged:
    """Work of the week as it is added: into the sums of its day, and by person and day for what is left open."""

    def __init__(self, monday: date, capacity: Capacity, confirmed: Collection[int]) -> None:
        self.monday, self.capacity, self.confirmed = monday, capacity, confirmed
        self.toil: defaultdict[tuple[int, date], int] = defaultdict(int)
        self.ops: defaultdict[tuple[int, date], int] = defaultdict(int)
        self.touched: set[tuple[int, date]] = set()

    def add(self, totals: WeekTotals, item: Work) -> None:
        place = item.person_id, item.day
        day = totals.days[(item.day - self.monday).days]
        self.touched.add(place)
        if place not in self.capacity:
            day.guest += item.seconds if item.kind == TOIL else 0
        elif item.kind == TOIL:
            self._add_toil(totals, day, item)
        elif item.kind == OPS_OTHER:
            self.ops[place] += item.seconds
            day.ops += item.seconds
            day.confirmed_ops += item.seconds if item.person_id in self.confirmed else 0

    def _add_toil(self, totals: WeekTotals, day: DayTotals, item: Work) -> None:
        self.toil[item.person_id, item.day] += item.seconds
        day.toil += item.seconds
        day.confirmed_toil += item.seconds if item.person_id in self.confirmed else 0
        day.out_of_hours += item.out_of_hours
        totals.categories[item.category] = totals.categories.get(item.category, 0) + item.seconds

    def add_capacity(self, day: DayTotals, place: tuple[int, date], minutes: Decimal) -> None:
        day.capacity += minutes
        if place[0] in self.confirmed:
            day.confirmed_capacity += minutes
            return
        toil, most = self.toil.get(place, 0), int(minutes * 60)
        day.open += max(most, toil)
        day.open_ops += max(most, toil + self.ops.get(place, 0))


def _add_capacity(totals: WeekTotals, logged: Logged, zones: Mapping[int, tzinfo], now: datetime) -> None:
    waiting: defaultdict[date, list[datetime]] = defaultdict(list)
    all_over = _is_surely_over(logged.monday + WEEK - timedelta(days=1), now)
    for (person, day), minutes in logged.capacity.items():
        if all_over or (person, day) in logged.touched or _is_over(day, zones[person], now):
            logged.add_capacity(totals.days[(day - logged.monday).days], (person, day), minutes)
        elif minutes:
            waiting[day].append(midnight(day + timedelta(days=1), zones[person]))
    counted = [bool(day.capacity) for day in totals.days]
    pending = {(day - logged.monday).days for day in waiting}
    totals.days_counted = sum(counted)
    totals.days_total = len(pending | {place for place, counts in enumerate(counted) if counts})
    totals.next_change_at = min((moment for moments in waiting.values() for moment in moments), default=None)


def _is_over(day: date, zone: tzinfo, now: datetime) -> bool:
    return _is_surely_over(day, now) or midnight(day + timedelta(days=1), zone) <= now


def _is_surely_over(day: date, now: datetime) -> bool:
    return now - datetime.combine(day, time(23, 59), tzinfo=UTC) > SURELY_OVER
