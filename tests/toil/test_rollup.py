"""Stored weeks against their definition, which is written down here a second time: slowly, day by day and person by
person, in exact fractions. In random worlds, on the database."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.accounts.calendar import calendars_of
from apps.accounts.models import Absence, HolidayYear, Membership, WorkSchedule
from apps.toil import operations
from apps.toil.models import TeamWeek, ToilEntry, ToilSlice, WeekCheckin
from apps.toil.operations.bulk import log_many
from apps.toil.operations.drafts import draft_entry
from apps.toil.slices import reading
from tests.factories import LONG_AGO, make_team, make_user
from tests.toil.conftest import LATER

ZONES = ["Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"]
MONDAYS = [
    date(2026, 3, 2),
    date(2026, 3, 23),
    date(2026, 10, 19),
    date(2026, 10, 26),
]  # clocks change in each
WINDOWS = [(time(9), time(18)), (time(0), time(8)), (time(1, 30), time(2, 30)), (time(2, 15), time(23, 59))]
DAYS = st.sampled_from([*range(14), 6, 6, 6])  # the clocks change on the seventh

people = st.tuples(
    st.sampled_from(ZONES),
    st.sampled_from(WINDOWS),
    st.sampled_from([480, 455, 301, 455, 480, 0]),  # minutes of a working day
    st.sampled_from([100, 60, 33]),  # percent for the team
    st.sampled_from([None, None, 3, 8]),  # the day from which it is half of that
    st.sampled_from([0, 0, 0, 2, 20]),  # the day on which the membership begins
    st.sampled_from([True, True, True, False]),  # counts capacity
    st.lists(st.tuples(DAYS, st.integers(0, 3), st.sampled_from(["whole", "half", 70])), max_size=2),  # leave
    st.tuples(st.booleans(), st.booleans()),  # check-ins
)
works = st.tuples(
    st.integers(0, 2),  # who
    DAYS,
    st.integers(0, 95),  # quarter of an hour
    st.integers(30, 5 * 60),  # minutes
    st.sampled_from([True, True, False]),  # as an interval
    st.sampled_from(["toil", "toil", "toil", "toil", "ops_other", "engineering"]),
    st.sampled_from(["other", "migration"]),
    st.sampled_from(["", "", *ZONES]),  # another zone than the person's
)
worlds = st.tuples(
    st.sampled_from(MONDAYS),
    st.lists(people, min_size=3, max_size=3),
    st.lists(works, min_size=15, max_size=25),
    st.sampled_from([40 * 24, 80, 11 * 24, 13 * 24 + 20, 40 * 24]),  # hours from then until now
    st.integers(0, 12),  # a holiday
)
ONCE = [Phase.explicit, Phase.generate]  # making a world smaller takes minutes


def populate(team, monday, world):
    _, crew, _, _, holiday = world
    off = monday + timedelta(days=holiday)
    HolidayYear.objects.create(country="DE", subdivision="BE", year=2026, days={off.isoformat(): "Day off"})
    made = []
    for zone, window, minutes, percent, halved, begins, counts, leave, sure in crew:
        person = make_user(time_zone=zone, schedule=False)
        place = {"country": "DE", "subdivision": "BE"} if zone.startswith("Europe") else {}
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "sat"), minutes)
        hours = dict(zip(("window_start", "window_end"), window, strict=True))
        WorkSchedule.objects.create(user=person, valid_from=LONG_AGO, **week, **hours, **place)
        since = [LONG_AGO if not begins else monday + timedelta(days=begins)]
        since += (
            [monday + timedelta(days=halved)] if halved and since[0] < monday + timedelta(days=halved) else []
        )
        for first, last, share in zip(since, [*since[1:], None], (percent, percent // 2), strict=False):
            Membership.objects.create(
                user=person,
                team=team,
                valid_from=first,
                valid_to=last,
                allocation_pct=share,
                counts_capacity=counts,
            )
        for n, (day, length, kind) in enumerate(leave):
            what = {"is_half": kind == "half", "minutes": kind if kind == 70 else None}
            first = monday + timedelta(days=day)
            if n == 0 or kind == 70 == leave[0][2]:
                Absence.objects.create(
                    user=person, first_on=first, last_on=first + timedelta(days=length), **what
                )
        for n, is_sure in enumerate(sure):
            if is_sure:
                WeekCheckin.objects.create(
                    team=team, monday=monday + timedelta(weeks=n), person=person, confirmed_at=LATER
                )
        made.append(person)
    return made


def log(team, monday, crew, works):
    drafts = []
    for who, day, quarter, minutes, is_interval, kind, category, tz in works:
        person, on = crew[who], monday + timedelta(days=day)
        when = {"seconds": minutes * 60, "local_date": on}
        if is_interval:
            start = datetime.combine(on, time(quarter // 4, quarter % 4 * 15), UTC)
            when = {"started_at": start, "ended_at": start + timedelta(minutes=minutes), "tz": tz}
        drafts.append(
            draft_entry(person=person, team=team, text="x", kind=kind, category=category, now=LATER, **when)
        )
    log_many(drafts, by=make_user(org_role="admin"))


def by_definition(team, monday, now):
    """What a stored week holds: seconds and exact minutes by day, categories, and days."""
    members = list(Membership.objects.filter(team=team, counts_capacity=True).select_related("user"))
    calendars = calendars_of({row.user_id for row in members}, monday, monday + timedelta(weeks=1))
    sure = set(WeekCheckin.objects.filter(team=team, monday=monday).values_list("person", flat=True))
    slices = list(ToilSlice.objects.filter(team=team, entry__status="confirmed").select_related("entry"))
    days, categories, ends = [], Counter(), []
    for day in (monday + timedelta(days=n) for n in range(7)):
        found, todays = Counter(), [piece for piece in slices if piece.local_date == day]
        here = {row.user_id: row for row in members if row.covers(day)}
        found["guest"] = sum(
            p.attributed for p in todays if p.entry.kind == "toil" and p.person_id not in here
        )
        for pk, row in here.items():
            own = [piece for piece in todays if piece.person_id == pk]
            minutes = calendars[pk].capacity_minutes(day)
            capacity = Fraction(minutes * row.allocation_pct, 100)
            zone = ZoneInfo(row.user.time_zone)
            if not own and now.astimezone(zone).date() <= day:
                if capacity:
                    ends.append(
                        (day, datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC))
                    )
                continue
            toil = [piece for piece in own if piece.entry.kind == "toil"]
            logged = sum(piece.attributed for piece in toil)
            ops = sum(piece.attributed for piece in own if piece.entry.kind == "ops_other")
            found += Counter(toil=logged, capacity=capacity, ops=ops)
            found["out"] += sum(
                outside(piece, calendars[pk].schedule_on(day)) if minutes else piece.attributed
                for piece in toil
            )
            most = floor(capacity * 60)
            if pk in sure:
                found += Counter(sure_toil=logged, sure_ops=ops, sure_capacity=capacity)
            else:
                found += Counter(open=max(most, logged), open_ops=max(most, logged + ops))
            for piece in toil:
                categories[piece.entry.category] += piece.attributed
        days.append(found)
    counted = {n for n, found in enumerate(days) if found["capacity"]}
    pending = {(day - monday).days for day, _ in ends}
    return {
        "days": [
            [
                found["toil"],
                floor(100 * found["capacity"]),
                found["guest"],
                found["out"],
                found["ops"],
                found["sure_toil"],
                found["sure_ops"],
                floor(100 * found["sure_capacity"]),
                found["open"],
                found["open_ops"],
            ]
            for found in days
        ],
        "categories": dict(+categories),
        "days_counted": len(counted),
        "days_total": len(counted | pending),
        "next_change_at": min((end for _, end in ends), default=None),
    }


def outside(piece, schedule):
    """Minute by minute."""
    entry = piece.entry
    if entry.started_at is None:
        return 0
    zone, spent = entry.zone, 0
    opens = reading(piece.local_date, schedule.window_start, zone)
    closes = reading(piece.local_date, schedule.window_end, zone)
    moment = entry.started_at
    while moment < entry.ended_at:
        is_todays = moment.astimezone(zone).date() == piece.local_date
        spent += 60 if is_todays and not opens <= moment < closes else 0
        moment += timedelta(minutes=1)
    return floor(Fraction(piece.attributed * spent, piece.seconds) + Fraction(1, 2))


def as_stored(team, monday):
    row = TeamWeek.objects.get(team=team, monday=monday)
    sums = [sum(day[n] for day in row.days) for n in range(10)]
    assert [row.toil_seconds, row.capacity_minutes * 100, row.guest_seconds] == sums[:3]
    assert [row.out_of_hours_seconds, row.ops_seconds] == sums[3:5]
    assert [row.confirmed_toil_seconds, row.confirmed_ops_seconds] == sums[5:7]
    assert [row.confirmed_minutes * 100, row.open_seconds, row.open_ops_seconds] == sums[7:]
    return {
        "days": row.days,
        "categories": dict(row.categories.values_list("category", "seconds")),
        **{name: getattr(row, name) for name in ("days_counted", "days_total", "next_change_at")},
    }


class Definition(TestCase):
    @settings(
        derandomize=True,
        max_examples=10,
        phases=ONCE,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(worlds)
    def test_a_stored_week_is_what_its_definition_says_by_the_tick_and_computed_anew(self, world):
        monday, _, works, hours, _ = world
        now = datetime.combine(monday, time(0), UTC) + timedelta(hours=hours)
        team = make_team()
        crew = populate(team, monday, world)
        log(team, monday, crew, works)
        mondays = [monday, monday + timedelta(weeks=1)]
        operations.recompute_weeks(team, mondays, now=now)
        for each in mondays:
            assert as_stored(team, each) == by_definition(team, each, now)
        self._behind_the_back(team)
        operations.recompute_all([team], now=now)
        for each in mondays:
            assert as_stored(team, each) == by_definition(team, each, now)
        assert operations.recompute_all([team], now=now) == 0

    def _behind_the_back(self, team):
        """Without a mark, so that only computing everything anew finds it."""
        Membership.objects.filter(team=team).update(allocation_pct=71)
        ToilEntry.objects.filter(team=team, category="migration").update(status="dismissed")
