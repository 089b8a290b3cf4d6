from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import NEXT_STATUS, ActionItem, Status
from apps.action_items.operations import add_action_item, transition
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from tests.factories import make_action_item

pytestmark = pytest.mark.django_db
LONG_ENOUGH = "The card vendor retires this interface in May"
PROOF = "https://git.example/pull/7"


def move(item, to, by, now, **kw):
    return transition(item, to=to, by=by, now=now, **kw)


@pytest.mark.parametrize("status", Status.values)
def test_every_illegal_move_is_refused_with_the_legal_ones_listed(root, now, status):
    item = make_action_item(status=status)
    for to in [*Status.values, "nonsense"]:
        if to in NEXT_STATUS[status]:
            continue
        with pytest.raises(Conflict) as refusal:
            move(item, to, root, now, reason=LONG_ENOUGH, evidence_url=PROOF)
        assert refusal.value.allowed == list(NEXT_STATUS[status])
    item.refresh_from_db()
    assert item.status == status


def test_a_proposal_is_committed_with_what_was_missing(proposal, alice, bob, now):
    with pytest.raises(ValidationError) as refusal:
        move(proposal, "open", alice, now)
    assert set(refusal.value.message_dict) == {"owner", "due_on", "done_when"}
    given = {"owner": bob, "due_on": date(2026, 12, 2), "done_when": "It is refused", "priority": 1}
    item = move(proposal, "open", alice, now, **given)
    assert (item.status, item.owner, item.first_due_on, item.priority) == ("open", bob, date(2026, 12, 2), 1)
    assert item.next_reminder_at is not None
    changes = AuditEvent.objects.get(verb="action_item.moved_to_open").changes
    assert changes["owner"] == [None, "bob"]
    assert changes["status"] == ["proposed", "open"]


def test_an_auditor_is_given_no_promise(proposal, alice, ada, now):
    with pytest.raises(ValidationError) as refusal:
        move(proposal, "open", alice, now, owner=ada, due_on=date(2026, 12, 2), done_when="It is refused")
    assert set(refusal.value.message_dict) == {"owner"}


def test_an_item_goes_from_open_over_blocked_to_done_and_each_move_is_kept(promised, bob, now):
    item = move(promised, "in_progress", bob, now)
    with pytest.raises(ValidationError) as refusal:
        move(item, "blocked", bob, now, reason=" ")
    assert "reason" in refusal.value.message_dict
    item = move(item, "blocked", bob, now, reason="Waits for the storage team")
    assert item.blocked_by == "Waits for the storage team"
    item = move(item, "in_progress", bob, now)
    assert item.blocked_by == ""
    item = move(item, "done", bob, now)
    assert (item.status, item.done_at, item.next_reminder_at) == ("done", now, None)
    assert [(m.from_status, m.to_status, m.reason) for m in item.moves.all()] == [
        ("open", "in_progress", ""),
        ("in_progress", "blocked", "Waits for the storage team"),
        ("blocked", "in_progress", ""),
        ("in_progress", "done", ""),
    ]


def test_a_move_that_keeps_the_promise_keeps_the_reminder(promised, bob, now):
    item = move(promised, "in_progress", bob, now + timedelta(hours=5))
    assert item.next_reminder_at == promised.next_reminder_at


def test_an_ordinary_item_is_verified_by_anybody_who_writes_also_its_owner(promised, bob, charlie, ada, now):
    done = move(promised, "done", bob, now)
    with pytest.raises(PermissionDenied):
        move(done, "verified", ada, now)
    item = move(done, "verified", bob, now)
    assert (item.verifier, item.verified_at) == (bob, now)
    assert item.effectiveness_check_on == date(2027, 2, 16)
    again = move(move(item, "open", bob, now, reason="It came back"), "done", bob, now)
    assert move(again, "verified", charlie, now).verifier == charlie


def test_only_what_prevents_or_detects_is_looked_at_again(bob, now):
    item = make_action_item(status="done", kind="process", owner=bob)
    assert move(item, "verified", bob, now).effectiveness_check_on is None


def test_an_urgent_item_is_verified_by_another_with_evidence(bob, charlie, now):
    item = make_action_item(status="done", priority=1, owner=bob)
    with pytest.raises(PermissionDenied):
        move(item, "verified", bob, now, evidence_url=PROOF)
    with pytest.raises(ValidationError) as refusal:
        move(item, "verified", charlie, now)
    assert "evidence_url" in refusal.value.message_dict
    assert move(item, "verified", charlie, now, evidence_url=PROOF).evidence_url == PROOF


def test_evidence_given_with_done_counts_for_the_verifier(bob, charlie, now):
    done = move(make_action_item(priority=0, owner=bob), "done", bob, now, evidence_url=PROOF)
    assert move(done, "verified", charlie, now).status == "verified"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://files.example/x", "nonsense"])
def test_evidence_is_a_web_address(bob, now, address):
    with pytest.raises(ValidationError):
        move(make_action_item(owner=bob), "done", bob, now, evidence_url=address)


@pytest.mark.parametrize("status", ["done", "verified"])
def test_what_was_done_is_opened_again_with_a_reason_and_counted(bob, now, status):
    item = make_action_item(status=status, owner=bob, evidence_url=PROOF, done_at=now)
    with pytest.raises(ValidationError):
        move(item, "open", bob, now)
    row = move(item, "open", bob, now, reason="It happened again on Monday")
    assert (row.reopen_count, row.due_version, row.done_at, row.evidence_url) == (1, 2, None, "")
    assert row.next_reminder_at is not None
    assert row.moves.get().reason == "It happened again on Monday"


def test_giving_up_needs_a_reason_of_twenty_characters(promised, bob, now):
    with pytest.raises(ValidationError) as refusal:
        move(promised, "wont_do", bob, now, reason="x" * 19)
    assert "reason" in refusal.value.message_dict
    row = move(promised, "wont_do", bob, now, reason=LONG_ENOUGH)
    assert (row.close_reason, row.next_reminder_at) == (LONG_ENOUGH, None)


def test_an_urgent_item_is_given_up_by_a_lead_and_not_by_its_owner(alice, bob, payments, now):
    item = make_action_item(priority=1, team=payments, owner=bob)
    with pytest.raises(PermissionDenied, match="lead"):
        move(item, "wont_do", bob, now, reason=LONG_ENOUGH)
    assert move(item, "wont_do", alice, now, reason=LONG_ENOUGH).status == "wont_do"


def test_a_duplicate_names_another_visible_item_that_is_no_duplicate_itself(
    promised, proposal, alice, bob, root, secret, now
):
    hidden = add_action_item(title="ZEBRA", incident=secret, by=root, now=now)
    for target, said in [(None, "Say which"), (promised, "itself"), (hidden, "no such")]:
        with pytest.raises(ValidationError, match=said):
            move(promised, "duplicate", bob, now, duplicate_of=target)
    row = move(promised, "duplicate", bob, now, duplicate_of=proposal)
    assert row.duplicate_of == proposal
    with pytest.raises(ValidationError, match="repeats another item"):
        move(proposal, "duplicate", alice, now, duplicate_of=promised)


def test_a_reason_that_is_too_long_is_refused_on_its_field(promised, bob, now):
    for to, length in (("blocked", 501), ("wont_do", 1001)):
        with pytest.raises(ValidationError) as refusal:
            move(promised, to, bob, now, reason="x" * length)
        assert list(refusal.value.message_dict) == ["reason"]


def test_strangers_and_auditors_move_nothing(promised, charlie, ada, now):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            move(promised, "done", person, now)
    assert not promised.moves.exists()


def test_a_move_from_an_old_version_is_refused(promised, bob, now):
    move(promised, "in_progress", bob, now, seen=1)
    with pytest.raises(StaleVersion):
        move(promised, "done", bob, now, seen=1)


def test_each_move_is_in_the_audit_trail_with_its_reason(promised, bob, now):
    move(promised, "wont_do", bob, now, reason=LONG_ENOUGH)
    event = AuditEvent.objects.get(verb="action_item.moved_to_wont_do")
    assert event.changes["status"] == ["open", "wont_do"]
    assert event.changes["reason"] == [None, LONG_ENOUGH]


def test_proposals_count_as_nothing_promised(proposal, promised, bob, now):
    assert list(ActionItem.objects.committed()) == [promised]
    assert list(ActionItem.objects.overdue(date(2027, 6, 1))) == [promised]
    assert ActionItem.objects.tally(bob, now.date())["committed"] == 1
