"""What plans were to save and what the log says they saved, and who is told of a verdict."""

from datetime import timedelta

import pytest

from apps.accounts.models import Membership
from apps.action_items.models import ActionItem
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.reminders.digest import lines_of
from apps.reminders.operations.planning import plan_digests
from apps.toil import operations
from apps.toil.ledger.keeping import ledger_of
from apps.toil.models import Reduction, VerdictNotice
from tests.factories import make_incident
from tests.toil.conftest import BEFORE, PLAN, at, done, monday

pytestmark = pytest.mark.django_db
"""Week 11 of the log begins on 18 May 2026, week 18 on 6 July: the first counted quarter ends in between."""


@pytest.fixture
def plan(quota, bob, log_weeks, promise):
    """150 minutes a week before, 20 since; 90 % and 12 minutes of upkeep were planned."""
    log_weeks(quota, [*BEFORE, 200, 90, 60, 20, 10, 30, 20, 20, 20, 20, 20])
    made = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    done(promise)
    return made


def kept(week):
    return ledger_of(list(Reduction.objects.with_names()), monday(week))


def test_a_quarter_holds_what_was_planned_and_what_the_log_says(plan, log_weeks, quota):
    assert kept(14).quarters == {}  # three weeks: nothing is said yet
    first = kept(15).quarters["2026-Q2"]
    assert (first.planned, first.measured) == (4 * (135 - 12), 4 * (150 - 12) - 80)
    found = kept(19)
    assert {name: (sums.weeks, sums.measured) for name, sums in found.quarters.items()} == {
        "2026-Q2": (7, 7 * 138 - 140),
        "2026-Q3": (1, 118),
    }
    assert found.whole.planned == 8 * 123
    unknown = kept(21).whole  # nobody confirmed the two weeks after: planned they were
    assert (unknown.weeks, unknown.unknown, unknown.measured) == (10, 2, found.whole.measured)
    log_weeks(quota, [150] * 4, 19)
    again = kept(23).accounts[0]
    assert (again.result.effect.value, again.is_counted) == (
        "verified",
        True,
    )  # the median of twelve is still 20
    assert again.whole.measured == found.whole.measured - 4 * 12  # what came back is no saving


def test_what_did_not_become_less_is_planned_and_not_measured(quota, bob, log_weeks, promise, payments):
    log_weeks(quota, [*BEFORE, 200, 90, 60, 140, 150, 150, 140])
    operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    done(promise)
    found = kept(15)
    assert (found.whole.planned, found.whole.measured, found.accounts[0].is_counted) == (492, 0, False)


def test_page_file_and_api_show_the_same_ledger(plan, web, api, bob, charlie, time_machine):
    time_machine.move_to(at(monday(15)), tick=False)
    page = web(charlie).get("/toil/ledger/").content.decode()
    assert "8 hours are measured, where 8 were planned. Plans with a verdict: 1," in page
    assert "Quota tickets" in page
    page = web(charlie).get("/toil/reductions/").content.decode()
    assert "<dd>7.9 h</dd>" in page
    assert "<dd>8.2 h</dd>" in page
    lines = b"".join(web(bob).get("/toil/ledger/?format=csv").streaming_content).decode().splitlines()
    assert lines[1].startswith("2026-Q2,quota,payments,automate,ACT-1,verified,4,0,8.20,7.87")
    assert b"Q2 26" in web(bob).get("/toil/ledger/?format=svg").content
    answer = api(bob).get("/api/v1/toil/ledger/?team=payments").json()
    assert (answer["whole"]["measured_minutes"], answer["quarters"][0]["quarter"]) == (472, "2026-Q2")
    assert answer["plans"][0]["item"] == "ACT-1"
    assert api(bob).get("/api/v1/toil/ledger/?team=nobody").status_code == 400
    assert api(bob).get("/api/v1/toil/ledger/?sort=net").status_code == 400
    assert "No plan here has a verdict yet" in web(bob).get("/toil/ledger/?state=ideas").content.decode()


def owed(week, days=3):
    return operations.tell_verdicts(at(monday(week) + timedelta(days=days)))


def test_owner_and_leads_are_told_of_each_verdict_once(plan, log_weeks, quota, bob, alice, charlie):
    Membership.objects.filter(user=alice).update(counts_capacity=False)  # whose weeks need no check-in
    assert owed(15, days=2) == 0  # the last week is over, but not closed
    assert owed(15) == 2
    assert owed(15, days=4) == 0
    assert set(OutboxMail.objects.values_list("recipient__slug", flat=True)) == {"alice", "bob"}
    log_weeks(quota, [150] * 8, 15)
    assert owed(23) == 2
    assert owed(23, days=5) == 0
    said = VerdictNotice.objects.values_list("weeks", "effect")
    assert list(said) == [(4, "verified"), (12, "regressed")]
    ActionItem.objects.update(done_at=at(monday(20)))  # opened again, and done again
    assert owed(24) == 0
    assert owed(25) == 2
    assert owed(60) == 0  # what was ready long ago is news to nobody


def test_it_is_a_line_of_the_next_letter_and_in_the_inbox_unless_it_may_not_be_seen_any_more(
    plan, bob, alice, promise, root, settings, tmp_path
):
    settings.MAIL_DIR = tmp_path
    noon = at(monday(15) + timedelta(days=3))
    operations.tell_verdicts(noon)
    secret = make_incident(title="A key was seen", is_private=True, by=root)
    ActionItem.objects.filter(pk=promise.pk).update(incident=secret, owner=root)
    assert deliver_due(noon) == {"skipped_empty": 2}
    ActionItem.objects.filter(pk=promise.pk).update(incident=None, owner=bob)
    OutboxMail.objects.update(status="queued")
    assert deliver_due(noon) == {"for_digest": 2}
    morning = noon + timedelta(hours=21)
    plan_digests(morning)
    deliver_due(morning)
    letter = OutboxMail.objects.get(recipient=bob, kind="digest")
    assert "1 new for you" in letter.subject
    assert [line.title for line in lines_of(bob, morning.date())] == ["Less of it, as planned: Quota tickets"]
    titles = {row.title for row in OutboxMail.objects.inbox_of(alice, morning)}
    assert "Less of it, as planned: Quota tickets" in titles
