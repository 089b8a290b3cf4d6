"""From person-days to the stored week of a team. Pure: no queries, and the clock is an argument."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, mul

from apps.toil.capacity import Members
from apps.toil.kinds import Category, Tally
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.slices import midnight

SURELY_OVER = timedelta(hours=16)  # no zone is further behind UTC than 12 hours
GRACE = timedelta(hours=48)
WEEK = timedelta(days=7)
NOTHING = (0,) * 7
PersonDay = tuple[int, int]  # person and weekday


Work = tuple[int, int, date, int, int]
"""Team, person and day; what it counts as (see `kinds.Tally`) and its seconds. `Tally.NOT` are those of toil that were
outside the working window, and that are among the others, too."""
TOIL = int(Tally.TOIL)
NO_WORK = [0, 0, 0, 0]
# What is none of these is toil, and comes first.
COLUMN = {int(Tally.OPS): 1, int(Tally.NOT): 2, int(Tally.OTHER): 3}


@dataclass(slots=True)
class DayTotals:
    """One local day of the team: seconds, and hundredths of minutes of capacity. `toil` counts, `guest` is shown beside
    it, `ops` is other operational work. `confirmed_*` are of those who confirmed the week, `open` is what the day may
    hold of all others at most. Stored as these ten numbers, in this order."""

    toil: int = 0
    hundredths: int = 0
    guest: int = 0
    out_of_hours: int = 0
    ops: int = 0
    confirmed_toil: int = 0
    confirmed_ops: int = 0
    confirmed_hundredths: int = 0
    open: int = 0
    open_ops: int = 0

    @property
    def capacity(self) -> Decimal:
        """Minutes."""
        return Decimal(self.hundredths) / 100

    @property
    def confirmed_capacity(self) -> Decimal:
        return Decimal(self.confirmed_hundredths) / 100

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
        return list(PACKED(self))


PACKED = attrgetter(*(each.name for each in fields(DayTotals)))
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
    work: Sequence[Work],
    members: Members,
    zones: Mapping[int, tzinfo],
    confirmed: Collection[int],
    now: datetime,
) -> WeekTotals:
    """The week that starts on `monday`. `confirmed` are the people who said that their week is complete.

    Of the running week a day counts for a person once it is over in that person's zone, or as soon as something
    was logged on it: silence about today is not a low number, and what is logged shows at once.
    """
    totals = WeekTotals()
    waiting = _waiting(monday, work, members, zones, now)
    counted = _without(members, waiting) if waiting else members
    _add_capacity(totals.days, counted, confirmed)
    totals.categories = _categories(_add_work(totals.days, work, counted, confirmed))
    _count_days(totals, members, waiting)
    totals.final_at = final_moment(monday, {zones[person] for person in members})
    return totals


def final_moment(monday: date, zones: Iterable[tzinfo]) -> datetime:
    """48 hours after the week is over where it is over last."""
    ends = [_end_of(monday, zone) for zone in zones]
    return max(ends, default=_end_of(monday, UTC)) + GRACE


@lru_cache(maxsize=2048)
def _end_of(monday: date, zone: tzinfo) -> datetime:
    return midnight(monday + WEEK, zone)


def _add_capacity(days: Sequence[DayTotals], members: Members, confirmed: Collection[int]) -> None:
    sure = [week.hundredths for person, week in members.items() if person in confirmed]
    silent = [week.seconds for person, week in members.items() if person not in confirmed]
    whole = [week.hundredths for week in members.values()]
    columns = zip(days, _columns(whole), _columns(sure), _columns(silent), strict=True)
    for day, hundredths, confirmed_hundredths, most in columns:
        day.hundredths, day.confirmed_hundredths = hundredths, confirmed_hundredths
        day.open = day.open_ops = most


def _add_work(
    days: Sequence[DayTotals], work: Iterable[Work], members: Members, confirmed: Collection[int]
) -> dict[int, int]:
    """Returns what is not of guests, by what it counts as."""
    found: defaultdict[int, int] = defaultdict(int)
    sums: defaultdict[PersonDay, list[int]] = defaultdict(NO_WORK.copy)
    for _, person, on, tally, seconds in work:
        place, week = on.weekday(), members.get(person)
        if week is None or not week.here[place]:
            days[place].guest += seconds if tally >= TOIL else 0
        else:
            sums[person, place][COLUMN.get(tally, 0)] += seconds
            found[tally] += seconds
    for (person, place), (toil, ops, outside, _) in sums.items():
        day, week = days[place], members[person]
        day.toil += toil
        day.ops += ops
        day.out_of_hours += outside if week.hundredths[place] else toil
        if person in confirmed:
            day.confirmed_toil += toil
            day.confirmed_ops += ops
        else:  # a day of silence may hold its capacity, or what was logged on it if that is more
            most = week.seconds[place]
            day.open += max(0, toil - most)
            day.open_ops += max(0, toil + ops - most)
    return found


def _categories(sums: Mapping[int, int]) -> dict[str, int]:
    return {name: sums[TOIL + n] for n, name in enumerate(Category.values) if sums.get(TOIL + n)}


def _columns(rows: Iterable[Sequence[int]]) -> Iterable[int]:
    return map(sum, zip(NOTHING, *rows, strict=True))


def _waiting(
    monday: date, work: Iterable[Work], members: Members, zones: Mapping[int, tzinfo], now: datetime
) -> dict[PersonDay, datetime]:
    """The days that do not count yet, and the moment when each is over."""
    if now - datetime.combine(monday + WEEK, time(0), tzinfo=UTC) > SURELY_OVER:
        return {}
    logged = {(person, day.weekday()) for _, person, day, *_ in work}
    ends = {
        (person, place): midnight(monday + timedelta(days=place + 1), zones[person])
        for person, week in members.items()
        for place in range(7)
        if week.here[place] and (person, place) not in logged
    }
    return {place: moment for place, moment in ends.items() if moment > now}


def _without(members: Members, waiting: Collection[PersonDay]) -> Members:
    """Its people with nothing on these days."""
    found = {}
    for person, week in members.items():
        counts = [(person, place) not in waiting for place in range(7)]
        hundredths = tuple(map(mul, week.hundredths, counts))
        found[person] = week._replace(hundredths=hundredths, seconds=tuple(map(mul, week.seconds, counts)))
    return found


def _count_days(totals: WeekTotals, members: Members, waiting: Mapping[PersonDay, datetime]) -> None:
    """How many days there will be with any capacity, and how many there are."""
    pending = {place: ends for place, ends in waiting.items() if members[place[0]].hundredths[place[1]]}
    counted = {place for place, day in enumerate(totals.days) if day.hundredths}
    totals.days_counted = len(counted)
    totals.days_total = len(counted | {place for _, place in pending})
    totals.next_change_at = min(pending.values(), default=None)
