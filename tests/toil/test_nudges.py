"""N14: reminders of the weekly check-in, as the clock walks over six weeks. 2 March 2026 is the Monday of W10."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.holidays.public import public_holidays
from apps.accounts.models import Absence, Team, WorkSchedule
from apps.accounts.operations import edit_team
from apps.accounts.operations.holidays import read_missing_holidays
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due, set_preferences
from apps.toil.operations import confirm_week, plan_checkin_nudges
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path


@pytest.fixture
def team(db):
    return make_team(name="Search", slug="search", nudges_checkins=True)


def at(day, hour, month=3):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def walk(since, until, *, hours=(10, 15), and_then=lambda now: None):
    day = since
    while day <= until:
        for hour in hours:
            now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            plan_checkin_nudges(now)
            deliver_due(now)
            and_then(now)
        day += timedelta(days=1)


def told(person):
    rows = OutboxMail.objects.filter(recipient=person, kind="checkin_open", status="sent").order_by("due_at")
    return [f"{row.due_at:%a %d %b %H:%M} of {row.payload['monday'][5:]}" for row in rows]


def test_n14_asked_twice_a_week_and_after_two_ignored_weeks_once_in_four(team):
    bob, silent = make_user("bob", team=team), make_user("silent", team=team)
    away, outside = make_user("away", team=team), make_user("outside", team=make_team(slug="other"))
    Absence.objects.create(user=away, first_on=date(2026, 3, 9), last_on=date(2026, 3, 15))

    def bob_confirms(now):
        if (now.weekday(), now.hour) == (4, 15):
            monday = now.date() - timedelta(days=4)
            confirm_week(person=bob, team=team, monday=monday, nothing_to_add=True, by=bob, now=now)

    walk(date(2026, 3, 3), date(2026, 4, 17), and_then=bob_confirms)
    assert told(silent) == [
        "Fri 06 Mar 15:00 of 03-02",
        "Mon 09 Mar 10:00 of 03-02",
        "Fri 13 Mar 15:00 of 03-09",
        "Mon 16 Mar 10:00 of 03-09",
        "Fri 10 Apr 15:00 of 04-06",
    ]
    assert told(bob) == [f"Fri {day} 15:00 of {week}" for day, week in FRIDAYS]
    assert told(away)[:3] == [  # no capacity in the second week, and nobody is there to read of the first
        "Fri 06 Mar 15:00 of 03-02",
        "Fri 20 Mar 15:00 of 03-16",
        "Mon 23 Mar 10:00 of 03-16",
    ]
    assert told(outside) == []
    keys = OutboxMail.objects.filter(recipient=silent).order_by("due_at").values_list("dedupe_key", flat=True)
    assert list(keys)[:2] == [f"toilnudge:{silent.pk}:2026-W10:1", f"toilnudge:{silent.pk}:2026-W10:2"]


FRIDAYS = [
    ("06 Mar", "03-02"),
    ("13 Mar", "03-09"),
    ("20 Mar", "03-16"),
    ("27 Mar", "03-23"),
    ("03 Apr", "03-30"),
    ("10 Apr", "04-06"),
    ("17 Apr", "04-13"),
]


def test_n14_the_hour_is_the_persons_own_on_their_last_working_day_whatever_clocks_and_holidays_do(team):
    ines = make_user("ines", team=team, time_zone="Europe/Berlin")
    WorkSchedule.objects.filter(user=ines).update(country="DE")
    read_missing_holidays(at(1, 0), public_holidays)
    walk(date(2026, 3, 27), date(2026, 4, 7), hours=(7, 8, 9, 13, 14))
    assert told(ines) == [
        "Fri 27 Mar 14:00 of 03-23",
        "Mon 30 Mar 08:00 of 03-23",  # summer time began on Sunday
        "Thu 02 Apr 13:00 of 03-30",  # Good Friday and Easter Monday are holidays
        "Tue 07 Apr 08:00 of 03-30",
    ]


def test_n14_a_team_asks_for_it_a_person_turns_it_off_and_what_is_said_already_is_not_asked(
    team, alice, root
):
    bob = make_user("bob", team=team)
    plan_checkin_nudges(at(6, 15))
    plan_checkin_nudges(at(6, 15))
    confirm_week(person=bob, team=team, monday=date(2026, 3, 2), nothing_to_add=True, by=bob, now=at(6, 15))
    assert deliver_due(at(6, 15)) == {"skipped_empty": 1}
    set_preferences(modes={"toil": "off"}, by=bob)
    plan_checkin_nudges(at(13, 15))
    assert deliver_due(at(13, 15)) == {"turned_off": 1}
    edit_team(team, changes={"nudges_checkins": False}, by=root)
    assert plan_checkin_nudges(at(20, 15)) == 0
    assert Team.objects.get(slug="payments").nudges_checkins is False


def test_n14_nobody_asking_costs_one_query(payments, bob, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert plan_checkin_nudges(at(6, 15)) == 0
