from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.calendar import PersonCalendar, calendars_of, local_slot
from apps.accounts.models import Absence, WorkSchedule

BERLIN = ZoneInfo("Europe/Berlin")
MON, THU, FRI, SAT = date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 14)


def calendar(*absences, **schedule):
    return PersonCalendar((WorkSchedule(valid_from=date(2020, 1, 1), **schedule),), tuple(absences))


def away(first_on, last_on, minutes=None):
    return Absence(first_on=first_on, last_on=last_on, minutes=minutes)


def test_capacity_is_contract_minutes_less_leave():
    half_day = calendar(away(THU, THU, 240))
    assert [half_day.capacity_minutes(day) for day in (MON, THU, SAT)] == [480, 240, 0]


def test_leave_is_never_subtracted_twice():
    twice = calendar(away(THU, THU), away(MON, FRI, 240))
    assert twice.capacity_minutes(THU) == 0


def test_a_day_of_23_hours_has_its_contract_minutes():
    assert calendar(sun=480).capacity_minutes(date(2026, 3, 29)) == 480


def test_a_new_contract_counts_from_its_first_day():
    changed = PersonCalendar(
        (
            WorkSchedule(valid_from=THU, wed=240, thu=240),
            WorkSchedule(valid_from=date(2020, 1, 1), valid_to=THU),
        )
    )
    assert changed.scheduled_minutes(date(2026, 3, 11)) == 480
    assert changed.scheduled_minutes(THU) == 240


def test_many_weeks_at_once_are_what_each_of_their_days_is():
    places = {("DE", "BE"): {date(2026, 3, 9): "Women’s Day", date(2026, 5, 1): "Labour Day"}}
    person = PersonCalendar(
        (
            WorkSchedule(valid_from=date(2026, 3, 20), wed=241, sat=60, country="DE", subdivision="BE"),
            WorkSchedule(valid_from=date(2026, 3, 5), valid_to=THU, country="DE", subdivision="BE"),
        ),
        (
            Absence(first_on=date(2026, 3, 24), last_on=date(2026, 3, 26), is_half=True),
            away(date(2026, 3, 25), date(2026, 3, 28), 200),
            away(date(1999, 1, 1), date(2026, 3, 10), 30),
            away(date(2026, 4, 27), date(2026, 5, 3)),
        ),
        places,
    )
    mondays = [date.fromordinal(MON.toordinal() - 14 + 7 * n) for n in range(11) if n != 6]
    found = person.weeks(mondays)
    days = {monday: [date.fromordinal(monday.toordinal() + n) for n in range(7)] for monday in mondays}
    assert found == {monday: [person.capacity_minutes(day) for day in week] for monday, week in days.items()}
    assert set().union(*found.values()) > {0, 60, 241, 450, 480}


def test_a_day_is_worked_unless_it_is_free_or_taken_off_whole():
    person = calendar(away(THU, THU), away(FRI, FRI, 120))
    assert [person.is_working_day(day) for day in (MON, THU, FRI, SAT)] == [True, False, True, False]


def test_without_any_schedule_there_is_no_capacity_but_weekdays_are_worked():
    nobody = PersonCalendar((), (away(FRI, FRI),))
    assert nobody.capacity_minutes(MON) == 0
    assert [nobody.is_working_day(day) for day in (MON, FRI, SAT)] == [True, False, False]


def test_business_days_skip_weekends_and_leave_both_ways():
    plain = calendar()
    assert plain.add_business_days(THU, 1) == FRI
    assert plain.add_business_days(THU, -3) == MON
    assert plain.add_business_days(SAT, 0) == SAT
    on_leave = calendar(away(date(2026, 3, 16), date(2026, 3, 18)))
    assert on_leave.add_business_days(THU, 5) == date(2026, 3, 24)


def test_the_nearest_working_days_around_a_saturday_are_friday_and_monday():
    assert calendar().working_day_on_or_before(SAT) == FRI
    assert calendar().working_day_on_or_after(SAT) == date(2026, 3, 16)
    assert calendar().working_day_on_or_after(FRI) == FRI


def test_counting_ends_for_somebody_who_never_works():
    never = calendar(mon=0, tue=0, wed=0, thu=0, fri=0)
    assert never.add_business_days(FRI, 2) == date(2026, 3, 17)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 3, 28), time(9), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(9), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (date(2026, 10, 24), time(9), datetime(2026, 10, 24, 7, tzinfo=UTC)),
        (date(2026, 10, 25), time(9), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30, fold=1), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_slot_is_the_wall_clock_time_of_its_local_day(day, at, moment):
    assert local_slot(day, at, BERLIN) == moment


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 8, 20, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 9, 3, 30, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 3, 9, 16, tzinfo=UTC)),
    ],
)
def test_nine_on_monday_is_another_moment_in_every_zone(zone, moment):
    assert local_slot(MON, time(9), ZoneInfo(zone)) == moment


def test_many_calendars_take_two_queries(alice, bob, charlie, django_assert_num_queries):
    Absence.objects.create(user=bob, first_on=THU, last_on=THU)
    Absence.objects.create(user=bob, first_on=date(2026, 5, 1), last_on=date(2026, 5, 2))
    charlie.schedules.all().delete()
    with django_assert_num_queries(2):
        found = calendars_of([alice.pk, bob.pk, charlie.pk], MON, date(2026, 4, 1))
        assert found[alice.pk].capacity_minutes(THU) == 480
        assert not found[bob.pk].is_working_day(THU)
    assert len(found[bob.pk].absences) == 1
    assert found[charlie.pk] == PersonCalendar()
