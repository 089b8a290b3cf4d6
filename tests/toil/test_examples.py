"""The worked examples of the percentage, from logged entries to the stored week."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.holidays.public import public_holidays
from apps.accounts.models import Absence, WorkSchedule
from apps.accounts.operations import read_missing_holidays
from apps.toil.figures import own_week
from apps.toil.models import TeamWeek, ToilEntry
from apps.toil.percent import total
from tests.factories import make_membership, make_team, make_user
from tests.toil.conftest import LATER, W10, W11, days

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
W14, GOOD_FRIDAY = date(2026, 3, 30), date(2026, 4, 3)
MON, TUE, WED, THU, FRI = days(5)


def person(team, *, schedule=None, **kw):
    """Full time unless a schedule (minutes per weekday) is given."""
    user = make_user(team=team, schedule=schedule is None, **kw)
    if schedule:
        WorkSchedule.objects.create(user=user, valid_from=date(2020, 1, 1), **schedule)
    return user


def off(user, first, last=None, **kw):
    Absence.objects.create(user=user, first_on=first, last_on=last or first, **kw)


def german(team):
    bob = person(team, schedule={"country": "DE"}, time_zone="Europe/Berlin")
    read_missing_holidays(datetime(2026, 3, 4, tzinfo=UTC), public_holidays)
    return bob


def hours_of(week):
    return week.capacity_minutes / 60


def shown(*weeks):
    return total(week.share for week in weeks).shown()


def test_a1_five_full_time_people_with_sixty_hours(search, log, week):
    people = [person(search) for _ in range(5)]
    for place, somebody in enumerate(people):
        log(somebody, search, hours=12, day=days(5)[place])
    found = week(search)
    assert hours_of(found) == 200
    assert shown(found) == "30.0%"


def test_a2_half_days_are_half_the_capacity(search, log, week):
    half = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 240)
    log(person(search, schedule=half), search, hours=8)
    assert (hours_of(week(search)), shown(week(search))) == (20, "40.0%")


def test_a2b_a_week_of_four_days(search, week):
    person(search, schedule={"fri": 0})
    assert hours_of(week(search)) == 32


def test_a3_leave_over_two_weeks_and_both_together(search, log, week):
    bob = person(search)
    off(bob, date(2026, 3, 5), date(2026, 3, 10))
    log(bob, search, hours=12)
    log(bob, search, hours=3, day=date(2026, 3, 11))
    first, second = week(search), week(search, W11)
    assert (hours_of(first), shown(first)) == (24, "50.0%")
    assert (hours_of(second), shown(second)) == (24, "12.5%")
    assert shown(first, second) == "31.3%"


def test_a4_time_before_joining_is_a_guests(search, log, week):
    bob = make_user()
    make_membership(bob, search, valid_from=WED)
    log(bob, search, hours=3, day=TUE)
    log(bob, search, hours=6, day=THU)
    found = week(search)
    assert (hours_of(found), found.guest_seconds, shown(found)) == (24, 180 * 60, "25.0%")


def test_a4b_time_after_leaving_is_a_guests(search, log, week):
    bob = make_user()
    make_membership(bob, search, valid_to=WED)
    log(bob, search, hours=3, day=TUE)
    log(bob, search, hours=6, day=THU)
    found = week(search)
    assert (hours_of(found), found.toil_seconds, found.guest_seconds) == (16, 3 * 3600, 360 * 60)
    assert shown(found) == "18.8%"


def test_a5_half_a_day_of_leave(search, log, week):
    bob = person(search)
    off(bob, TUE, is_half=True)
    log(bob, search, hours=9)
    assert (hours_of(week(search)), shown(week(search))) == (36, "25.0%")


def test_a5b_a_contract_that_changes_on_wednesday(search, log, week):
    bob = make_user(team=search, schedule=False)
    WorkSchedule.objects.create(user=bob, valid_from=date(2020, 1, 1), valid_to=WED)
    half = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 240)
    WorkSchedule.objects.create(user=bob, valid_from=WED, **half)
    log(bob, search, hours=7)
    assert (hours_of(week(search)), shown(week(search))) == (28, "25.0%")


def test_a6_a_public_holiday_is_no_capacity(search, log, week):
    log(german(search), search, minutes=640, day=W14)
    assert (hours_of(week(search, W14)), shown(week(search, W14))) == (32, "33.3%")


def test_a6b_leave_on_a_public_holiday_takes_nothing_off_twice(search, week):
    off(german(search), date(2026, 4, 2), GOOD_FRIDAY)
    assert hours_of(week(search, W14)) == 24


def test_a6c_work_on_a_public_holiday_counts_and_is_out_of_hours(search, log, week):
    bob = german(search)
    log(bob, search, minutes=640, day=W14)
    log(bob, search, minutes=120, day=GOOD_FRIDAY)
    found = week(search, W14)
    assert (shown(found), found.out_of_hours_seconds) == ("39.6%", 120 * 60)


def test_a7_an_entry_over_sunday_midnight_counts_in_both_weeks(search, log, week):
    bob = person(search, time_zone="Europe/Berlin")
    start = datetime(2026, 3, 8, 22, 30, tzinfo=BERLIN)
    log(bob, search, started_at=start, ended_at=datetime(2026, 3, 9, 1, 30, tzinfo=BERLIN))
    assert [week(search, monday).toil_seconds for monday in (W10, W11)] == [90 * 60, 90 * 60]


def test_a8_a_spring_night_over_the_end_of_a_day(search, log, week):
    bob = person(search, time_zone="Europe/Berlin")
    start, end = datetime(2026, 3, 28, 23, tzinfo=BERLIN), datetime(2026, 3, 29, 4, tzinfo=BERLIN)
    entry = log(bob, search, started_at=start, ended_at=end)
    assert entry.seconds == 240 * 60
    assert [piece.seconds // 60 for piece in entry.slices.all()] == [60, 180]
    assert week(search, date(2026, 3, 23)).toil_seconds == 240 * 60


def test_a9_an_autumn_night(search, log):
    bob = person(search, time_zone="Europe/Berlin")
    start, end = datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN), datetime(2026, 10, 25, 4, tzinfo=BERLIN)
    assert log(bob, search, started_at=start, ended_at=end).seconds == 270 * 60


def test_a9d_a_day_of_23_hours_has_its_contract_minutes(search, week):
    person(search, schedule={"sun": 480}, time_zone="Europe/Berlin")
    found = week(search, date(2026, 3, 23))
    assert dict(found.by_day())[date(2026, 3, 29)].capacity == 480


def test_a10_one_person_in_two_teams(search, payments, log, week):
    bob = make_user()
    make_membership(bob, search, allocation_pct=60)
    make_membership(bob, payments, allocation_pct=40)
    log(bob, search, hours=12)
    log(bob, payments, hours=2)
    a, b = week(search), week(payments)
    assert (hours_of(a), shown(a), hours_of(b), shown(b)) == (24, "50.0%", 16, "12.5%")
    assert shown(a, b) == "35.0%"
    assert own_week(bob, datetime(2026, 3, 8, 23, tzinfo=UTC)).share.shown() == "35.0%"


def test_a11_two_teams_together(search, payments, log, week):
    small = make_user()
    make_membership(small, search, allocation_pct=60)
    log(small, search, hours=12)
    for somebody in [person(payments) for _ in range(4)]:
        log(somebody, payments, hours=10)
    assert shown(week(search), week(payments)) == "28.3%"


def test_a12_an_on_call_week_may_pass_a_hundred(search, log, week):
    bob = person(search)
    for day in days(5):
        log(bob, search, hours=6.8, day=day)
    start = datetime(2026, 3, 7, 8, tzinfo=UTC)
    log(bob, search, started_at=start, ended_at=start.replace(hour=20))
    found = week(search)
    assert (shown(found), found.share.flags()) == ("115.0%", ["over_cap", "over_100"])
    inside = found.toil_seconds - found.out_of_hours_seconds
    assert (found.share.part(inside), found.share.part(found.out_of_hours_seconds)) == (85, 30)


def test_a12_an_evening_is_out_of_hours_from_when_the_window_closes(search, log, week):
    bob = person(search)
    log(
        bob,
        search,
        started_at=datetime(2026, 3, 3, 17, tzinfo=UTC),
        ended_at=datetime(2026, 3, 3, 20, tzinfo=UTC),
    )
    assert week(search).out_of_hours_seconds == 2 * 3600


def test_a13_a_contractor_is_shown_and_not_in_the_percentage(search, log, week):
    people = [person(search), person(search)]
    contractor = make_user()
    make_membership(contractor, search, counts_capacity=False)
    for somebody in people:
        log(somebody, search, hours=8)
    log(contractor, search, hours=10)
    found = week(search)
    assert (shown(found), found.guest_seconds // 60) == ("20.0%", 600)
    assert found.toil_seconds + found.guest_seconds == 26 * 3600


def test_a15_a_team_on_leave_has_no_capacity(search, log, week):
    bob = person(search)
    off(bob, W10, date(2026, 3, 8))
    assert shown(week(search)) == "no capacity"
    log(bob, search, hours=2)
    found = week(search)
    assert (found.share.exact, found.toil_seconds, found.share.flags()) == (None, 2 * 3600, ["no_capacity"])


def test_a16_two_minutes_apart_on_both_sides_of_the_cap(search, payments, log, week):
    for team, minutes in ((search, 1201), (payments, 1199)):
        bob = person(team)
        log(bob, team, minutes=minutes - 600)
        log(bob, team, minutes=600, day=TUE)
    over, under = week(search).share, week(payments).share
    assert (over.shown(), over.is_over(), under.shown(), under.is_over()) == ("50.04%", True, "49.96%", False)


def test_a17_of_the_running_week_only_the_days_that_are_over_count(search, log, week):
    bob = person(search, time_zone="Europe/Berlin")
    now = datetime(2026, 3, 4, 12, tzinfo=BERLIN)
    log(bob, search, hours=3, day=MON)
    log(bob, search, hours=3, day=TUE)
    found = week(search, now=now)
    assert (hours_of(found), shown(found), found.days_counted, found.days_total) == (16, "37.5%", 2, 5)
    assert found.next_change_at == datetime(2026, 3, 5, 0, tzinfo=BERLIN)


def test_a17_today_counts_as_soon_as_something_is_logged_on_it(search, log, week):
    bob, now = person(search), datetime(2026, 3, 4, 12, tzinfo=UTC)
    log(bob, search, hours=6, day=MON)
    log(bob, search, minutes=25, day=WED, now=now)
    found = week(search, now=now)
    assert (hours_of(found), found.days_counted, found.toil_seconds) == (24, 3, 385 * 60)


def test_a19_of_an_on_call_week_the_hands_on_minutes_count(search, log, week):
    bob = person(search)
    for day, minutes in zip(days(5), (12, 45, 8, 30, 25), strict=True):
        log(bob, search, minutes=minutes, day=day, trigger="page")
    assert (week(search).toil_seconds, shown(week(search))) == (120 * 60, "5.0%")


def test_a20_what_waits_for_a_review_counts_nothing(search, log, week):
    entry = log(person(search), search, minutes=930)
    ToilEntry.objects.filter(pk=entry.pk).update(status="needs_review")
    assert (week(search).toil_seconds, shown(week(search))) == (0, "0.0%")


def test_a22_a_sunday_night_in_los_angeles_is_last_week(search, log, week):
    bob = person(search, time_zone="America/Los_Angeles")
    start = datetime(2026, 3, 9, 6, tzinfo=UTC)
    log(bob, search, started_at=start, ended_at=start.replace(minute=45))
    assert (week(search, W10).toil_seconds, week(search, W11).toil_seconds) == (45 * 60, 0)


def test_a23_new_years_day_is_stored_in_week_53(search, log, week):
    bob = person(search)
    log(bob, search, hours=1, day=date(2027, 1, 1))
    found = week(search, date(2026, 12, 28))
    assert (str(found), found.toil_seconds) == ("2026-W53", 3600)
    assert dict(found.by_day())[date(2027, 1, 1)].toil == 3600


def test_the_days_of_a_week_add_up_to_the_week(search, log, week):
    bob = person(search)
    make_membership(guest := make_user(), make_team())
    for day in days(6):
        log(bob, search, minutes=95, day=day)
    log(guest, search, minutes=40)
    found = week(search)
    by_day = [totals for _, totals in found.by_day()]
    assert sum(day.toil for day in by_day) == found.toil_seconds
    assert sum((day.capacity for day in by_day), Decimal(0)) == found.capacity_minutes
    assert sum(day.guest for day in by_day) == found.guest_seconds
    assert sum(day.out_of_hours for day in by_day) == found.out_of_hours_seconds
    assert sum(part.seconds for part in found.categories.all()) == found.toil_seconds


def test_a_window_over_midnight_puts_nothing_inside_it(search, log, week):
    bob = make_user(team=search, schedule=False)
    WorkSchedule.objects.create(
        user=bob, valid_from=date(2020, 1, 1), window_start=time(22), window_end=time(6)
    )
    log(
        bob,
        search,
        started_at=datetime(2026, 3, 3, 10, tzinfo=UTC),
        ended_at=datetime(2026, 3, 3, 11, tzinfo=UTC),
    )
    assert week(search).out_of_hours_seconds == 3600


def test_every_stored_week_names_its_moment(search, week):
    assert week(search).computed_at == LATER
    assert TeamWeek.objects.count() == 1
