"""When an item reminds its owner. Dates of 2026; 9 March is a Monday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.calendar import calendars_of, local_slot
from apps.accounts.models import Absence
from apps.action_items.models import ActionItem
from apps.action_items.reminders import next_reminder
from tests.factories import make_user

BERLIN = ZoneInfo("Europe/Berlin")
LONG_BEFORE = datetime(2026, 1, 5, tzinfo=UTC)


def march(day, hour=0, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def ines(db):
    return make_user("ines", time_zone="Europe/Berlin")


def item(owner, due, *, committed_at=LONG_BEFORE, status="open"):
    return ActionItem(owner=owner, due_on=due, committed_at=committed_at, status=status)


def calendar(owner):
    return calendars_of([owner.pk], date(2026, 1, 1), date(2026, 12, 31))[owner.pk]


def days(row, since, count):
    """The local dates of the next reminders, as the planner would walk them."""
    found, after = [], None
    for _ in range(count):
        moment = next_reminder(row, calendar(row.owner), since, after=after)
        after = moment.astimezone(row.owner.zone).date()
        found.append(after.strftime("%a %d %b"))
    return found


def test_stages_of_an_item_due_on_a_thursday(ines):
    row = item(ines, date(2026, 3, 12))
    assert days(row, march(1), 5) == ["Mon 09 Mar", "Thu 12 Mar", "Fri 13 Mar", "Mon 16 Mar", "Mon 23 Mar"]


def test_the_slot_is_nine_o_clock_of_the_owner(ines):
    assert next_reminder(item(ines, date(2026, 3, 12)), calendar(ines), march(1)) == march(9, 8)
    ines.digest_at = time(7, 30)
    assert next_reminder(item(ines, date(2026, 3, 12)), calendar(ines), march(1)) == march(9, 6, 30)


def test_n11_a_date_on_a_weekend_reminds_on_friday_and_on_monday(ines):
    assert days(item(ines, date(2026, 3, 7)), march(6), 3) == ["Fri 06 Mar", "Mon 09 Mar", "Mon 16 Mar"]


def test_a_promise_made_within_three_business_days_is_not_reminded_as_soon(ines):
    assert days(item(ines, date(2026, 3, 12), committed_at=march(9, 6)), march(9, 6), 1) == ["Thu 12 Mar"]
    assert days(item(ines, date(2026, 3, 12), committed_at=march(6, 6)), march(6, 6), 1) == ["Mon 09 Mar"]


def test_a_new_date_counts_from_when_it_was_given(ines):
    row = item(ines, date(2026, 3, 12))
    moment = next_reminder(row, calendar(ines), march(9, 6), promised_at=march(9, 6))
    assert moment == march(12, 8)


def test_a_promise_for_today_is_reminded_today_until_the_evening(ines):
    row = item(ines, date(2026, 3, 12), committed_at=march(12, 13))
    assert next_reminder(row, calendar(ines), march(12, 13)) == march(12, 8)
    assert next_reminder(row, calendar(ines), march(12, 17)) == march(13, 8)


def test_leave_moves_every_stage(ines):
    Absence.objects.create(user=ines, first_on=date(2026, 3, 11), last_on=date(2026, 3, 17))
    row = item(ines, date(2026, 3, 12))
    assert days(row, march(1), 4) == ["Fri 06 Mar", "Tue 10 Mar", "Wed 18 Mar", "Mon 23 Mar"]


def test_a_week_without_a_working_day_has_no_weekly_reminder(ines):
    Absence.objects.create(user=ines, first_on=date(2026, 3, 14), last_on=date(2026, 3, 24))
    row = item(ines, date(2026, 3, 12))
    assert days(row, march(13), 2) == ["Fri 13 Mar", "Wed 25 Mar"]


@pytest.mark.parametrize("status", ["proposed", "done", "verified", "wont_do", "duplicate"])
def test_only_promises_that_are_still_open_are_reminded(ines, status):
    row = item(ines, date(2026, 3, 12), status=status)
    assert next_reminder(row, calendar(ines), march(1)) is None


def test_without_an_owner_or_a_date_there_is_no_reminder(ines):
    assert next_reminder(item(None, date(2026, 3, 12)), calendar(ines), march(1)) is None
    assert next_reminder(item(ines, None), calendar(ines), march(1)) is None


def test_an_item_forgotten_for_years_is_reminded_next_monday(ines):
    assert days(item(ines, date(2019, 5, 6)), march(11), 2) == ["Mon 16 Mar", "Mon 23 Mar"]


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 28), "Europe/Berlin", datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (date(2026, 10, 24), "Europe/Berlin", datetime(2026, 10, 24, 7, 0, tzinfo=UTC)),
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
        (date(2026, 3, 9), "Pacific/Auckland", datetime(2026, 3, 8, 20, 0, tzinfo=UTC)),
        (date(2026, 3, 9), "Asia/Kolkata", datetime(2026, 3, 9, 3, 30, tzinfo=UTC)),
        (date(2026, 3, 9), "America/Los_Angeles", datetime(2026, 3, 9, 16, 0, tzinfo=UTC)),
    ],
)
def test_n6_nine_o_clock_is_wall_time_on_the_local_date(day, zone, expected):
    assert local_slot(day, time(9), ZoneInfo(zone)) == expected


def test_n7_a_skipped_time_moves_forward_and_a_repeated_one_means_its_first_pass():
    assert local_slot(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local_slot(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_n6_a_reminder_keeps_nine_o_clock_over_the_change_to_summer_time(ines):
    assert days(item(ines, date(2026, 3, 27)), march(27), 2) == ["Fri 27 Mar", "Mon 30 Mar"]
    row = item(ines, date(2026, 3, 27))
    assert next_reminder(row, calendar(ines), march(28)) == march(30, 7)
    assert next_reminder(row, calendar(ines), march(27)) == march(27, 8)
    assert march(30, 7) - march(27, 8) == timedelta(days=3, hours=-1)
