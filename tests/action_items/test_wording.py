"""The acceptance test of the writing aid for action items (R9), and its doors.

The first four bad and fourteen good promises are R9's, in the manner of the public examples; the rest are traps.
"""

from datetime import UTC, date, datetime

import pytest

from apps.action_items.operations import edit_action_item
from apps.action_items.wording import hints_for
from tests.factories import make_action_item
from tests.halves import once

pytestmark = once


TODAY = date(2026, 11, 25)
BAD = [
    "Make failover better",
    "Improve paging and alerting",
    "Marek needs to learn not to skip the checklist",
    "Train engineers not to run unsafe commands",
    "Look into the retries",
    "Consider a second region",
    "Remind everyone to read the runbook",
    "Be more careful with production",
    "Raise awareness of the lease time",
    "Better monitoring",
    "More tests for checkout",
    "Enhance logging",
    "We should improve the deploy",
    "Make the settlement job more robust",
    "Handle timeouts",
    "Discuss the lease with the vendor",
    "Ask the team to double-check flags",
    "Make sure everybody knows the new runbook",
    "Engineers must remember the flag",
    "Keep an eye on the queue",
    "Think about sharding",
    "Optimise queries",
    "Pay more attention to alerts",
    "Retrain on-call on the new console",
    "Strengthen input validation",
    "Work on the backlog of alerts",
    "Teach developers the new tool",
    "Explore caching",
    "Educate users about retries",
    "Communicate better during incidents",
]
GOOD = [
    "Add a lease check before standby promotion",
    "Reject a settlement file with a known batch id",
    "Give the files-sent alert an upper bound",
    "Write a failover game-day scenario",
    "Schedule a cascading failure drill",
    "Investigate moving the index to a host of its own",
    "Require a canary for every change of the search index",
    "Limit retries to three with backoff",
    "Page on a fast burn of the error budget",
    "Delete the old DNS record",
    "Automate the steps of the failover runbook",
    "Repair the 214 doubled records",
    "Test the restore of last night's backup each week",
    "Show the age of the lease in the console",
    "Improve p99 of checkout to below 300 ms",
    "Train the fraud model on November's data",
    "Send a reminder mail when a lease is 60 s old",
    "Remove the flag careful_mode",
    "Better-than-nothing fallback for prices: serve the last known 24 h",
    "Add training data for the classifier to the test set",
    "Move reminders to the queue",
    "Review every alert that fired in October and delete those without an action",
    "Add a check that asks for the batch id",
    "Alert when the team's error budget is 50 % spent",
    "Make the deploy tool refuse an empty host list",
    "Consolidate the 3 probes into one",
    "Put the address of the runbook into the alert",
    "Make failover finish within 30 s",
    "Ask for confirmation before dropping a table",
    "Block deploys while a failover runs",
]


def rules(title, done_when="The drill passes", due_on=None):
    return [hint.rule for hint in hints_for(title=title, done_when=done_when, due_on=due_on, today=TODAY)]


@pytest.mark.parametrize("title", BAD)
def test_a_promise_that_is_vague_or_aimed_at_people_is_marked(title):
    assert rules(title) in (["vague_verb"], ["aimed_at_people"])


@pytest.mark.parametrize("title", GOOD)
def test_a_promise_about_the_system_is_left_alone(title):
    assert rules(title) == []


@pytest.mark.parametrize("end", ["", "  ", "done", "Done.", "TBD", "n/a", "when done", "?"])
def test_a_promise_without_an_end_that_others_can_check_is_marked(end):
    assert rules("Cap retries", done_when=end) == ["no_end_state"]


def test_more_than_a_quarter_away_is_far():
    assert rules("Cap retries", due_on=date(2027, 2, 25)) == []
    assert rules("Cap retries", due_on=date(2027, 2, 26)) == ["far_away"]


def test_the_acceptance_test_is_as_long_as_it_says():
    assert len(BAD) >= 4 + 20
    assert len(GOOD) >= 14 + 14


@pytest.fixture
def item(bob, payments):
    return make_action_item(by=bob, team=payments, title="Improve paging", done_when="", status="proposed")


def test_the_form_shows_hints_while_somebody_types_and_takes_whatever_they_write(alice, web):
    sent = {"title": "Train the engineers", "done_when": "", "due_on": "2099-01-01"}
    page = web(alice).post("/action-items/hints/", sent).content.decode()
    assert page.count("<li") == 3
    assert "<mark>Train the engineers</mark>" in page
    for odd in ({}, {"title": "x" * 5000, "due_on": "2027-13-45"}, {"due_on": "tomorrow"}):
        assert web(alice).post("/action-items/hints/", odd).status_code == 200
    answer = web(alice).post(
        "/action-items/new/", {"title": "Improve paging", "kind": "prevent", "priority": 2}
    )
    assert answer.status_code == 302


def test_the_page_of_a_promise_shows_hints_to_who_may_edit_it_until_it_is_settled(item, alice, charlie, web):
    assert (
        "Improve"
        in web(alice).get(item.get_absolute_url()).content.decode().partition("be kept, and checked")[2]
    )
    assert "be kept, and checked" not in web(charlie).get(item.get_absolute_url()).content.decode()
    edit_action_item(
        item,
        changes={"title": "Page on a fast burn", "done_when": "Seen in a drill"},
        by=alice,
        now=datetime.now(UTC),
    )
    assert "be kept, and checked" not in web(alice).get(item.get_absolute_url()).content.decode()


def test_a_program_gets_the_same_hints_if_it_may_edit(item, alice, charlie, api):
    answer = api(alice).get(f"/api/v1/action-items/{item.key}/hints/")
    assert [(hint["rule"], hint["field"], hint["phrase"]) for hint in answer.json()] == [
        ("vague_verb", "title", "Improve"),
        ("no_end_state", "done_when", ""),
    ]
    assert api(charlie).get(f"/api/v1/action-items/{item.key}/hints/").status_code == 403
