from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import NEXT_STATUS, ActionItem, Status, tally
from apps.action_items.operations import add_action_item, edit_action_item_policy, transition
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from tests.factories import make_action_item

pytestmark = pytest.mark.django_db
LONG_ENOUGH = "The card vendor retires this interface in May"
PROOF = "https://git.example/pull/7"


@pytest.fixture
def asked(root):
    """The policy asks somebody to confirm P2 and P3 too."""
    return edit_action_item_policy(changes={"auto_verify": False}, by=root)


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


def test_an_item_goes_from_open_over_blocked_to_done_and_each_move_is_kept(asked, promised, bob, now):
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


def test_where_the_policy_asks_an_ordinary_item_is_verified_by_anybody_who_writes_also_its_owner(
    asked, promised, bob, charlie, ada, now
):
    done = move(promised, "done", bob, now)
    with pytest.raises(PermissionDenied):
        move(done, "verified", ada, now)
    item = move(done, "verified", bob, now)
    assert (item.verifier, item.verified_at) == (bob, now)
    assert item.effectiveness_check_on == date(2027, 2, 16)
    again = move(move(item, "open", bob, now, reason="It came back"), "done", bob, now)
    assert move(again, "verified", charlie, now).verifier == charlie


def test_an_ordinary_item_that_is_done_is_verified_by_the_policy_and_by_nobody(promised, bob, now):
    item = move(promised, "done", bob, now, evidence_note="Refused it twice")
    assert (item.status, item.done_by, item.verifier, item.verified_at) == ("verified", bob, None, now)
    assert item.evidence_note == "Refused it twice"
    assert item.effectiveness_check_on == date(2027, 2, 16)
    steps = [(step.from_status, step.to_status, step.is_automatic) for step in item.moves.all()]
    assert steps == [("open", "done", False), ("done", "verified", True)]
    verbs = list(AuditEvent.objects.filter(object_key=item.key).order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["action_item.moved_to_done", "action_item.moved_to_verified"]
    with pytest.raises(Conflict) as refusal:
        move(item, "done", bob, now)
    assert refusal.value.allowed == ["open"]


def test_what_is_done_already_waits_for_somebody_though_the_policy_changes(asked, promised, root, bob, now):
    done = move(promised, "done", bob, now)
    edit_action_item_policy(changes={"auto_verify": True}, by=root)
    done.refresh_from_db()
    assert done.status == "done"
    assert move(done, "verified", bob, now).verifier == bob


def test_an_urgent_item_is_never_verified_by_the_policy(bob, now):
    assert move(make_action_item(priority=1, owner=bob), "done", bob, now).status == "done"


def test_the_check_comes_as_long_after_as_the_policy_says(promised, root, bob, now):
    edit_action_item_policy(changes={"check_after_days": 30}, by=root)
    assert move(promised, "done", bob, now).effectiveness_check_on == date(2026, 12, 18)


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


def test_who_marked_an_urgent_item_done_for_its_owner_does_not_verify_it_either(
    alice, bob, charlie, payments, now
):
    done = move(make_action_item(priority=0, owner=bob, team=payments), "done", alice, now)
    for person in (alice, bob):
        with pytest.raises(PermissionDenied, match="neither owns it nor marked it done"):
            move(done, "verified", person, now, evidence_url=PROOF)
    assert move(done, "verified", charlie, now, evidence_url=PROOF).verifier == charlie


def test_evidence_may_be_words_and_is_gone_when_the_item_opens_again(bob, charlie, now):
    done = move(make_action_item(priority=0, owner=bob), "done", bob, now)
    with pytest.raises(ValidationError):
        move(done, "verified", charlie, now, evidence_note="  ")
    with pytest.raises(ValidationError):
        move(done, "verified", charlie, now, evidence_note="x" * 1001)
    item = move(done, "verified", charlie, now, evidence_note=" The drill of 3 May refused it ")
    assert item.evidence_note == "The drill of 3 May refused it"
    row = move(item, "open", bob, now, reason="It came back")
    assert (row.evidence_note, row.done_by, row.verifier) == ("", None, None)


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
    assert tally(bob, now, now.date())["committed"] == 1
