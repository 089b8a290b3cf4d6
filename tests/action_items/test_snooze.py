"""Putting a reminder off. 12 March 2026 is a Thursday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.action_items.models import Reminder, Snooze
from apps.action_items.operations import redate, snooze
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.notifications.models import OutboxMail
from apps.reminders.digest import lines_of
from apps.reminders.operations import plan_digests
from tests.factories import make_action_item

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(bob, payments):
    return make_action_item(owner=bob, team=payments, due_on=date(2026, 3, 20))


def march(day, hour=9):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_n15_until_its_day_nobody_hears_of_it_and_the_trail_says_who_put_it_off(item, bob):
    type(item).objects.filter(pk=item.pk).update(next_reminder_at=march(17))
    row = snooze(item, until=date(2026, 3, 18), by=bob, now=NOW)
    assert row.next_reminder_at == march(20)
    assert lines_of(bob, date(2026, 3, 17)) == []
    assert len(lines_of(bob, date(2026, 3, 18))) == 1
    snooze(item, until=date(2026, 3, 18), by=bob, now=NOW)
    [event] = AuditEvent.objects.filter(verb="action_item.snoozed")
    assert (event.actor, event.changes) == (bob, {"snoozed_until": [None, "2026-03-18"]})


@pytest.mark.parametrize(
    ("day", "said"), [(9, "after today"), (24, "two weeks"), (21, "due before that")], ids=str
)
def test_n15_not_today_not_beyond_two_weeks_and_not_beyond_the_date(item, bob, day, said):
    now = NOW if day != 24 else datetime(2026, 3, 6, tzinfo=UTC)
    with pytest.raises(ValidationError, match=said):
        snooze(item, until=date(2026, 3, day), by=bob, now=now)
    assert not Snooze.objects.exists()


def test_n15_twice_for_one_date_and_a_new_date_begins_anew(item, bob):
    for day in (10, 12):
        snooze(item, until=date(2026, 3, day), by=bob, now=NOW)
    with pytest.raises(Conflict, match="twice"):
        snooze(item, until=date(2026, 3, 13), by=bob, now=NOW)
    redate(item, due_on=date(2026, 3, 27), reason="The vendor is late", by=bob, now=NOW)
    snooze(item, until=date(2026, 3, 13), by=bob, now=NOW)


def test_only_the_owner_puts_it_off_and_only_what_is_promised(item, alice, bob):
    with pytest.raises(PermissionDenied):
        snooze(item, until=date(2026, 3, 12), by=alice, now=NOW)
    done = make_action_item(owner=bob, status="done")
    with pytest.raises(Conflict):
        snooze(done, until=date(2026, 3, 12), by=bob, now=NOW)


def test_n16_leads_hear_of_what_is_long_over_though_its_owner_put_it_off(alice, bob, payments):
    late = make_action_item(owner=bob, team=payments, due_on=date(2026, 3, 6))
    snooze(late, until=date(2026, 3, 20), by=bob, now=NOW)
    late.refresh_from_db()
    assert (late.next_reminder_at, late.escalates_at) == (march(23), march(13))
    plan_digests(march(13))
    assert OutboxMail.objects.get().recipient == alice
    assert Reminder.objects.get(stage="e1").recipient == alice


def test_the_page_the_form_and_the_api_say_it(item, web, api, bob, alice):
    page = web(bob).get(item.get_absolute_url()).content.decode()
    assert "Remind me later" in page
    assert "Remind me later" not in web(alice).get(item.get_absolute_url()).content.decode()
    far = timezone.localdate() + timedelta(days=20)
    item.due_on = far
    item.save()
    shown = web(bob).post(f"{item.get_absolute_url()}snooze/", {"until": far})
    assert "At most two weeks ahead." in shown.content.decode()
    answer = api(bob).post(f"{item.get_api_url()}snooze/", {"until": far}, format="json")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"until": ["At most two weeks ahead."]})


def test_the_ledger_on_the_page_and_in_the_api_tells_nobody_that_somebody_is_away(item, web, api, bob, alice):
    given = {"item": item, "due_version": 1, "recipient": bob, "local_date": date(2026, 3, 17)}
    Reminder.objects.create(stage="s1", state="held", **given)
    Reminder.objects.create(stage="s2", state="sent", **given)
    for person, state in ((alice, "planned"), (bob, "held")):
        told = api(person).get(f"{item.get_api_url()}reminders/").json()
        assert [(row["stage"], row["recipient"], row["state"]) for row in told] == [
            ("s2", "bob", "sent"),
            ("s1", "bob", state),
        ]
    page = web(alice).get(item.get_absolute_url()).content.decode()
    assert "Due soon" in page
    assert "away" not in page
