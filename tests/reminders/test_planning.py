"""From items that are due to one digest a day. 9 March 2026 is a Monday; Berlin's 09:00 is 08:00 UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Absence
from apps.action_items.models import ActionItem
from apps.audit.models import AuditEvent
from apps.core.engines import is_postgres
from apps.notifications.models import OutboxMail
from apps.reminders.operations.planning import plan_digests, send_digest_now
from apps.reminders.sources import SOURCES
from tests.factories import make_action_item, make_user

pytestmark = pytest.mark.django_db


def march(day, hour=0, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def ines(db):
    return make_user("ines", time_zone="Europe/Berlin")


def promise(owner, due, remind_at, **kw):
    return make_action_item(owner=owner, due_on=due, next_reminder_at=remind_at, **kw)


def next_of(item):
    item.refresh_from_db()
    return item.next_reminder_at


def keys():
    return sorted(OutboxMail.objects.values_list("dedupe_key", flat=True))


def test_a_due_item_becomes_a_digest_of_the_owners_day(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    assert plan_digests(march(12, 8)) == 1
    row = OutboxMail.objects.get()
    assert row.dedupe_key == f"digest:{ines.pk}:2026-03-12"
    assert (row.not_before, row.expires_at) == (march(12, 8), march(12, 17))
    assert row.payload == {"local_date": "2026-03-12"}
    assert next_of(item) == march(13, 8)


def test_nothing_happens_before_the_slot(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    assert plan_digests(march(12, 7, 59)) == 0
    assert next_of(item) == march(12, 8)


def test_n1_many_items_of_one_person_make_one_digest(ines):
    for day in (2, 11, 12):
        promise(ines, date(2026, 3, day), march(12, 8))
    assert plan_digests(march(12, 8)) == 1
    promise(ines, date(2026, 3, 12), march(12, 8))
    plan_digests(march(12, 14))
    assert keys() == [f"digest:{ines.pk}:2026-03-12"]


def test_n19_planning_a_hundred_times_is_planning_once(ines, alice):
    items = [promise(person, date(2026, 3, 12), march(12, 8)) for person in (ines, alice) for _ in range(3)]
    plan_digests(march(12, 9, 1))
    once, moments = keys(), [next_of(item) for item in items]
    for _ in range(100):
        plan_digests(march(12, 9, 1))
    assert keys() == once
    assert [next_of(item) for item in items] == moments
    assert len(once) == 2


def test_an_idle_sweep_is_one_query_for_all_sources_and_one_for_the_ledger(django_assert_num_queries, ines):
    promise(ines, date(2026, 3, 12), march(12, 8))
    with django_assert_num_queries(2 if is_postgres() else len(SOURCES) + 1):
        assert plan_digests(march(11)) == 0


def test_a_thousand_items_cost_no_more_queries_than_one(ines, monkeypatch):
    promise(ines, date(2026, 3, 12), march(12, 8))
    one = count_queries(march(12, 8))
    for n in range(30):
        promise(make_user(f"person-{n}"), date(2026, 3, 12), march(12, 9))
    many = count_queries(march(12, 9))
    assert many <= one
    assert len(keys()) == 31


def count_queries(now):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan_digests(now)
    return len(queries)


def test_n11_no_digest_on_a_day_that_is_no_working_day(ines):
    item = promise(ines, date(2026, 3, 7), march(7, 8))
    assert plan_digests(march(7, 8)) == 0
    assert next_of(item) == march(9, 8)


def test_n12_on_leave_a_reminder_waits_for_the_return(ines):
    Absence.objects.create(user=ines, first_on=date(2026, 3, 12), last_on=date(2026, 3, 16))
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    assert plan_digests(march(12, 8)) == 0
    assert next_of(item) == march(17, 8)


def test_n21_n22_after_an_outage_there_is_one_digest_of_today(ines):
    due = [promise(ines, date(2026, 3, day), march(9, 8)) for day in (9, 10, 12)]
    assert plan_digests(march(12, 10, 5)) == 1
    assert keys() == [f"digest:{ines.pk}:2026-03-12"]
    assert [next_of(item) for item in due] == [march(16, 8), march(16, 8), march(13, 8)]


def test_n24_after_the_evening_the_next_digest_is_tomorrows(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    assert plan_digests(march(12, 17, 1)) == 0
    assert next_of(item) == march(13, 8)
    assert plan_digests(march(13, 8)) == 1


def test_n8_a_second_digest_of_the_same_date_is_never_planned_after_a_move_west(ines):
    promise(ines, date(2026, 3, 9), march(9, 8))
    assert plan_digests(march(9, 8)) == 1
    ines.time_zone = "America/Los_Angeles"
    ines.save()
    promise(ines, date(2026, 3, 9), march(9, 16))
    plan_digests(march(9, 16))
    assert keys() == [f"digest:{ines.pk}:2026-03-09"]


def test_n8_half_a_day_lies_between_digests_after_a_move_east():
    person = make_user("flier", time_zone="America/Los_Angeles")
    promise(person, date(2026, 3, 9), march(9, 16))
    assert plan_digests(march(9, 16)) == 1
    person.time_zone = "Pacific/Auckland"
    person.save()
    item = promise(person, date(2026, 3, 10), march(9, 20))
    assert plan_digests(march(9, 20)) == 0
    assert next_of(item) == march(10, 20)


def test_a_slot_follows_the_person_to_another_zone(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    ines.time_zone = "America/Los_Angeles"
    ines.save()
    assert plan_digests(march(12, 8)) == 0
    assert next_of(item) == march(12, 16)


def test_items_of_somebody_who_left_are_kept_and_do_not_block_others(ines, alice, caplog):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    ines.is_active = False
    ines.save()
    promise(alice, date(2026, 3, 12), march(12, 9))
    assert plan_digests(march(12, 9)) == 1
    assert next_of(item) == march(13, 9)
    assert "without an active owner" in caplog.text


def test_an_item_that_is_done_is_forgotten(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8), status="done")
    assert plan_digests(march(12, 8)) == 0
    assert next_of(item) is None


def test_planning_changes_nothing_else_about_an_item(ines):
    item = promise(ines, date(2026, 3, 12), march(12, 8))
    plan_digests(march(12, 8))
    assert ActionItem.objects.filter(pk=item.pk, version=item.version, updated_at=item.updated_at).exists()


def test_batches_go_on_until_everything_is_planned(ines, alice, monkeypatch):
    monkeypatch.setattr("apps.reminders.operations.planning.BATCH", 2)
    for person in (ines, alice, ines, alice, ines):
        promise(person, date(2026, 3, 12), march(12, 8))
    plan_digests(march(12, 10))
    assert len(keys()) == 2
    assert not ActionItem.objects.filter(next_reminder_at__lte=march(12, 10)).exists()


def test_the_command_says_what_it_planned(ines, capsys):
    promise(ines, date(2026, 3, 12), march(12, 8))
    call_command("plan_digests", "--now", "2026-03-12T08:00Z")
    assert capsys.readouterr().out == "1 digests planned\n"


def test_n37_a_digest_asked_for_is_a_test_and_does_not_replace_the_days(ines):
    promise(ines, date(2026, 3, 12), march(12, 8))
    send_digest_now(by=ines, now=march(12, 7))
    send_digest_now(by=ines, now=march(12, 7) + timedelta(seconds=30))
    plan_digests(march(12, 8))
    assert keys() == [f"digest:{ines.pk}:2026-03-12", f"test:digest:{ines.pk}:2026-03-12T07:00"]
    assert AuditEvent.objects.filter(verb="digest.requested", actor=ines).count() == 2


def test_an_auditor_asks_for_nothing(ada):
    with pytest.raises(PermissionDenied):
        send_digest_now(by=ada, now=march(12, 7))
