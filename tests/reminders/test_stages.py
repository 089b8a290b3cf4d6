"""Every stage of a promise, as the clock walks over it. Dates of 2026; 9 March is a Monday."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from apps.accounts.holidays.public import public_holidays
from apps.accounts.models import Absence, WorkSchedule
from apps.accounts.operations.holidays import read_missing_holidays
from apps.action_items.models import ActionItem, Reminder
from apps.action_items.operations import assign, redate, transition
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due, set_preferences
from apps.reminders.digest import lines_of
from apps.reminders.operations.planning import plan_digests
from tests.factories import make_action_item, make_incident, make_service, make_team, make_user

LONG_BEFORE = datetime(2026, 1, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path


@pytest.fixture
def crew(db):
    """Ines works in the team that Lena leads; Sam leads the team of the service."""
    team, other = make_team(name="Storage", slug="storage"), make_team(name="Edge", slug="edge")
    people = {
        "ines": make_user("ines", team=team, time_zone="Europe/Berlin"),
        "lena": make_user("lena", team=team, role="lead", time_zone="Europe/Berlin"),
        "sam": make_user("sam", team=other, role="lead", time_zone="Europe/Berlin"),
    }
    return people | {"team": team, "service": make_service(slug="cache", owner_team=other)}


def promise(crew, due, **kw):
    given = {"team": crew["team"], "service": crew["service"], "committed_at": LONG_BEFORE}
    given["next_reminder_at"] = datetime(2026, 2, 2, 8, tzinfo=UTC)
    return make_action_item(owner=crew["ines"], due_on=due, **given | kw)


def at(day, hour=8, minute=0, month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def walk(since, until, *, hours=(7, 8), without=()):
    """Each day at 08:00 and 09:00 of Berlin, whatever its clocks do; days in `without` nobody works."""
    day = since
    while day <= until:
        for hour in hours if day not in without else ():
            moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            plan_digests(moment)
            deliver_due(moment)
            plan_digests(moment + timedelta(minutes=1))
        day += timedelta(days=1)


def told(item, *, states=("sent",)):
    rows = Reminder.objects.filter(item=item, state__in=states).select_related("recipient")
    return [f"{row.stage} {row.local_date:%a %d %b} {row.recipient.name}" for row in rows]


def test_the_worked_example_due_thursday_12_march_from_s1_to_e2(crew):
    item = promise(crew, date(2026, 3, 12))
    walk(date(2026, 3, 1), date(2026, 3, 27))
    assert told(item) == [
        "s1 Mon 09 Mar Ines",
        "s2 Thu 12 Mar Ines",
        "s3 Fri 13 Mar Ines",
        "sw Mon 16 Mar Ines",
        "e1 Thu 19 Mar Lena",
        "sw Mon 23 Mar Ines",
        "e2 Thu 26 Mar Sam",
    ]


def test_after_e2_it_is_named_once_a_month_and_not_in_the_digests_between(crew):
    item = promise(crew, date(2026, 3, 12))
    walk(date(2026, 3, 1), date(2026, 3, 26))
    walk(date(2026, 3, 30), date(2026, 4, 6))
    walk(date(2026, 5, 1), date(2026, 5, 5))
    assert told(item)[-3:] == ["e2 Thu 26 Mar Sam", "sm Wed 01 Apr Ines", "sm Fri 01 May Ines"]
    other = promise(crew, date(2026, 5, 6))
    assert [line.url[-6:] for line in lines_of(crew["ines"], date(2026, 5, 6))] == [f"{other.key}/"]
    assert lines_of(crew["ines"], date(2026, 5, 1))[0].url.endswith(f"{item.key}/")


def test_the_worked_example_over_easter_in_germany(crew):
    WorkSchedule.objects.update(country="DE")
    read_missing_holidays(at(1), public_holidays)
    item = promise(crew, date(2026, 4, 2))
    walk(date(2026, 3, 27), date(2026, 4, 21))
    assert told(item) == [
        "s1 Mon 30 Mar Ines",
        "s2 Thu 02 Apr Ines",
        "s3 Tue 07 Apr Ines",
        "e1 Mon 13 Apr Lena",
        "sw Mon 13 Apr Ines",
        "e2 Mon 20 Apr Sam",
        "sw Mon 20 Apr Ines",
    ]


def test_a_p1_is_named_seven_days_before_and_escalates_after_two_and_five(crew):
    item = promise(crew, date(2026, 3, 12), priority=1)
    walk(date(2026, 3, 1), date(2026, 3, 20))
    assert told(item) == [
        "s0 Tue 03 Mar Ines",
        "s1 Mon 09 Mar Ines",
        "s2 Thu 12 Mar Ines",
        "s3 Fri 13 Mar Ines",
        "e1 Mon 16 Mar Lena",
        "sw Mon 16 Mar Ines",
        "e2 Thu 19 Mar Sam",
    ]


def test_a_promise_of_no_team_escalates_to_the_leads_of_its_owner(crew):
    item = promise(crew, date(2026, 3, 12), team=None, service=None)
    walk(date(2026, 3, 12), date(2026, 3, 27))
    assert [line for line in told(item) if line.startswith("e")] == [
        "e1 Thu 19 Mar Lena",
        "e2 Thu 26 Mar Lena",
    ]


def test_n13_leave_of_the_owner_stops_the_clock_of_the_escalation(crew):
    Absence.objects.create(user=crew["ines"], first_on=date(2026, 3, 16), last_on=date(2026, 3, 18))
    item = promise(crew, date(2026, 3, 12))
    walk(date(2026, 3, 12), date(2026, 3, 24))
    assert told(item)[2:] == ["sw Thu 19 Mar Ines", "sw Mon 23 Mar Ines", "e1 Tue 24 Mar Lena"]


def test_n12_what_is_held_during_leave_comes_as_its_highest_stage_alone_on_return(crew):
    item = promise(crew, date(2026, 3, 12), next_reminder_at=at(12))
    Absence.objects.create(user=crew["ines"], first_on=date(2026, 3, 12), last_on=date(2026, 3, 13))
    walk(date(2026, 3, 12), date(2026, 3, 13))
    assert told(item, states=["held"]) == ["s2 Thu 12 Mar Ines"]
    walk(date(2026, 3, 14), date(2026, 3, 16))
    assert told(item) == ["s3 Mon 16 Mar Ines"]
    assert OutboxMail.objects.filter(recipient=crew["ines"]).count() == 1


def test_n12_who_stands_in_gets_the_stages_instead(crew, bob):
    Absence.objects.create(
        user=crew["ines"], first_on=date(2026, 3, 9), last_on=date(2026, 3, 20), delegate=bob
    )
    type(bob).objects.filter(pk=bob.pk).update(time_zone="Europe/Berlin")
    item = promise(crew, date(2026, 3, 12))
    walk(date(2026, 3, 5), date(2026, 3, 16))
    assert told(item) == [
        "s1 Mon 09 Mar Bob",
        "s2 Thu 12 Mar Bob",
        "s3 Fri 13 Mar Bob",
        "sw Mon 16 Mar Bob",
    ]
    [line] = lines_of(bob, date(2026, 3, 16))
    assert "for Ines, who is away" in line.facts
    assert lines_of(bob, date(2026, 3, 17)) == []


DOWN = [date(2026, 3, day) for day in (9, 10, 11)]


def test_n22_after_an_outage_only_the_highest_stage_is_asked_and_the_others_are_superseded(crew):
    due, late = promise(crew, date(2026, 3, 10)), promise(crew, date(2026, 3, 3))
    walk(date(2026, 3, 2), date(2026, 3, 6))
    walk(date(2026, 3, 12), date(2026, 3, 12), hours=(10,))
    assert told(due) == ["s1 Thu 05 Mar Ines", "s3 Thu 12 Mar Ines"]
    assert told(due, states=["superseded"]) == ["s2 Tue 10 Mar Ines"]
    assert told(late)[-2:] == ["e1 Thu 12 Mar Lena", "sw Thu 12 Mar Ines"]
    assert [mail.payload["local_date"] for mail in OutboxMail.objects.filter(recipient=crew["lena"])] == [
        "2026-03-12"
    ]


def test_n23_no_lead_hears_of_it_before_a_business_day_has_passed_since_the_owner_did(crew):
    item = promise(crew, date(2026, 3, 6), priority=1)
    walk(date(2026, 3, 6), date(2026, 3, 17), without=DOWN)
    assert told(item)[:3] == ["s2 Fri 06 Mar Ines", "s3 Thu 12 Mar Ines", "e1 Fri 13 Mar Lena"]
    assert "e2 Mon 16 Mar Sam" in told(item)


@pytest.mark.parametrize("mode", ["portal", "off"])
def test_n23_who_wants_no_mail_is_told_in_the_portal_and_its_lead_a_business_day_later(crew, mode):
    set_preferences(modes={"reminders": mode}, by=crew["ines"])
    item = promise(crew, date(2026, 3, 12))
    walk(date(2026, 3, 12), date(2026, 3, 19))
    assert told(item, states=["in_portal"])[:2] == ["s2 Thu 12 Mar Ines", "s3 Fri 13 Mar Ines"]
    assert told(item) == ["e1 Thu 19 Mar Lena"]


def test_n28_the_stages_of_a_digest_nobody_knows_of_come_back_on_the_next_business_day(crew):
    item = promise(crew, date(2026, 3, 12), next_reminder_at=at(12))
    plan_digests(at(12))
    OutboxMail.objects.update(status="unknown")
    plan_digests(at(12, 9))
    assert told(item, states=["missed"]) == ["s2 Thu 12 Mar Ines"]
    walk(date(2026, 3, 13), date(2026, 3, 13))
    assert told(item) == ["s3 Fri 13 Mar Ines"]


def test_a_new_date_or_owner_begins_anew_and_what_is_done_cancels_what_waits(crew, alice):
    item = promise(crew, date(2026, 3, 12), next_reminder_at=at(12))
    plan_digests(at(12))
    redate(item, due_on=date(2026, 3, 19), reason="The vendor is late", by=crew["ines"], now=at(12, 9))
    assert told(item, states=["cancelled"]) == ["s2 Thu 12 Mar Ines"]
    walk(date(2026, 3, 12), date(2026, 3, 19), hours=(10,))
    assert told(item) == ["s1 Mon 16 Mar Ines", "s2 Thu 19 Mar Ines"]
    item.refresh_from_db()
    assign(item, owner=crew["lena"], by=crew["ines"], now=at(20, 6))
    walk(date(2026, 3, 20), date(2026, 3, 20), hours=(10,))
    assert told(item)[-1] == "s3 Fri 20 Mar Lena"
    plan_digests(at(23))
    item.refresh_from_db()
    transition(item, to="done", by=crew["lena"], now=at(23, 9))
    assert told(item, states=["planned", "held"]) == []
    item.refresh_from_db()
    assert item.escalates_at is None


def test_n4_a_lead_who_owns_it_reads_of_it_once_and_as_the_lead(crew):
    item = promise(crew, date(2026, 3, 5))
    ActionItem.objects.filter(pk=item.pk).update(owner=crew["lena"])
    walk(date(2026, 3, 5), date(2026, 3, 12))
    assert told(item)[-1] == "e1 Thu 12 Mar Lena"
    [line] = lines_of(crew["lena"], date(2026, 3, 12))
    assert line.note.startswith("Move its date")


def test_an_item_whose_owner_left_goes_to_the_lead_who_finds_a_new_one(crew):
    item = promise(crew, date(2026, 3, 12), next_reminder_at=at(9))
    type(crew["ines"]).objects.filter(pk=crew["ines"].pk).update(is_active=False)
    walk(date(2026, 3, 9), date(2026, 3, 16), hours=(8, 9))
    assert told(item) == ["e0 Mon 09 Mar Lena", "e0 Mon 16 Mar Lena"]
    [line] = lines_of(crew["lena"], date(2026, 3, 16))
    assert (line.facts[-11:], line.note) == ("with nobody", "It needs a new owner.")


def test_n35_a_lead_who_may_not_see_it_is_not_asked(crew, root):
    hidden = make_incident(is_private=True, by=root)
    item = promise(crew, date(2026, 3, 5), incident=hidden)
    ActionItem.objects.filter(pk=item.pk).update(owner=root)
    walk(date(2026, 3, 5), date(2026, 3, 20), hours=(10,))
    assert {name.split()[-1] for name in told(item)} == {"Root"}


def test_v_its_owner_is_asked_once_whether_it_helped(crew):
    item = promise(crew, date(2026, 3, 12), priority=2)
    transition(item, to="done", by=crew["ines"], now=at(3))
    item.refresh_from_db()
    assert (item.status, item.effectiveness_check_on) == ("verified", date(2026, 6, 1))
    walk(date(2026, 5, 29), date(2026, 6, 5))
    assert told(item) == ["v Mon 01 Jun Ines"]
    [line] = lines_of(crew["ines"], date(2026, 6, 1))
    assert (line.group, line.when) == ("verdict", "Done and verified; asked since Monday 1 June")
    [line] = lines_of(crew["ines"], date(2027, 1, 4))
    assert line.when.endswith("Monday 1 June 2026")


CHANGES = [  # where, the Thursday before the clocks change, and when 9:00 is before and after
    ("Europe/Berlin", date(2026, 3, 26), "08:00", "07:00"),
    ("Europe/Berlin", date(2026, 10, 22), "07:00", "08:00"),
    ("America/New_York", date(2026, 3, 5), "14:00", "13:00"),
    ("America/New_York", date(2026, 10, 29), "13:00", "14:00"),
    ("Pacific/Auckland", date(2026, 4, 2), "20:00", "21:00"),
    ("Pacific/Auckland", date(2026, 9, 24), "21:00", "20:00"),
]
STAGES = {"s0": -9, "s1": -3, "s2": 0, "s3": 1, "e1": 4, "sw": 4, "e2": 7}
"""Days from a Thursday on which a P1 is due: seven and three business days before it, two and five after."""


@pytest.mark.parametrize(("zone", "due", "before", "after"), CHANGES)
def test_all_stages_of_one_item_keep_nine_o_clock_over_both_changes_of_the_clocks_in_2026(
    crew, zone, due, before, after
):
    type(crew["ines"]).objects.update(time_zone=zone)
    crew["ines"].refresh_from_db()
    item = promise(crew, due, priority=1, next_reminder_at=LONG_BEFORE)
    plan_digests(datetime.combine(due - timedelta(days=14), time(), UTC))
    heard = {}
    while "sm" not in heard:
        item.refresh_from_db()
        moment = min(filter(None, (item.next_reminder_at, item.escalates_at)))
        assert plan_digests(moment - timedelta(minutes=1)) == 0
        assert plan_digests(moment) > 0
        OutboxMail.objects.filter(status="queued", not_before=moment).update(status="sent")
        for stage in Reminder.objects.filter(item=item, local_date=local(moment, crew)).values_list("stage"):
            heard.setdefault(*stage, moment)
    for stage, days in STAGES.items():
        assert (stage, local(heard[stage], crew)) == (stage, due + timedelta(days=days))
        assert f"{heard[stage]:%H:%M}" == (before if days < 3 else after)
    assert f"{heard['sm']:%H:%M}" == after


def local(moment, crew):
    return moment.astimezone(crew["ines"].zone).date()
