"""Who is told at once."""

from datetime import UTC, date, datetime

import pytest

from apps.action_items.operations import add_action_item, assign, transition
from apps.action_items.operations.telling import tell_owner
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from tests.factories import make_action_item, make_incident, make_membership, make_service, make_team

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PROMISE = {"title": "Cap retries", "done_when": "Seen in staging", "due_on": date(2026, 3, 20)}

pytestmark = pytest.mark.django_db


def mails():
    """Apart from what followers hear."""
    rows = OutboxMail.objects.exclude(kind="item_changed").order_by("pk").select_related("recipient")
    return [(row.kind, row.recipient.name, written(row)) for row in rows]


def written(row):
    mail = renderer(row.kind)(row, NOW)
    return mail and mail.subject


def test_whom_a_promise_is_given_to_is_told_once_and_who_takes_it_is_not(alice, bob, payments):
    add_action_item(**PROMISE, owner=alice, commit=True, by=alice, now=NOW)
    add_action_item(**PROMISE, owner=bob, by=alice, now=NOW)
    assert mails() == []
    item = add_action_item(**PROMISE, owner=bob, team=payments, commit=True, by=alice, now=NOW)
    given = ("assigned", "Bob", f"Yours now: {item.key} Cap retries")
    assert mails() == [given]
    item = assign(item, owner=alice, by=bob, now=NOW)
    assert mails() == [("assigned", "Bob", None), ("assigned", "Alice", f"Yours now: {item.key} Cap retries")]
    assign(item, owner=bob, by=bob, now=NOW)
    assert len(mails()) == 2


def test_who_is_named_when_a_proposal_is_committed_is_told(alice, bob, payments):
    item = make_action_item(status="proposed", owner=bob, team=payments)
    transition(item, to="open", by=alice, now=NOW)
    assert [mail[:2] for mail in mails()] == [("assigned", "Bob")]


def test_a_lead_is_asked_to_confirm_a_p1_until_somebody_has(alice, bob, payments):
    urgent = make_action_item(owner=bob, team=payments, priority=1, title="Cap retries")
    plain = make_action_item(owner=bob, team=payments, priority=2)
    for item in (urgent, plain):
        transition(item, to="done", evidence_note="Seen in staging", by=bob, now=NOW)
    assert mails() == [("verification_asked", "Alice", f"Is it done? {urgent.key} Cap retries")]
    transition(urgent, to="verified", by=alice, now=NOW)
    assert mails() == [("verification_asked", "Alice", None)]


def test_where_no_other_lead_is_the_services_lead_is_asked_for_a_second_look_and_then_an_admin(
    alice, bob, payments, root, charlie
):
    """Alice leads the team and owns it; charlie leads the team of one of the services."""
    edge = make_team(slug="edge")
    make_membership(charlie, edge, role="lead")
    theirs, ours = make_service(owner_team=edge), make_service(owner_team=payments)
    for service, asked in ((theirs, "Charlie"), (ours, "Root"), (None, "Root")):
        item = make_action_item(owner=alice, team=payments, priority=1, service=service)
        transition(item, to="done", evidence_note="Seen in staging", by=alice, now=NOW)
        assert mails()[-1] == ("verification_asked", asked, f"Is it done? {item}")
    assert len(mails()) == 3


def test_n35_of_what_is_private_a_mail_has_the_key_alone(root, alice):
    hidden = make_incident(is_private=True, by=root, title="Breach at the bank")
    item = make_action_item(owner=root, incident=hidden, title="Rotate the stolen keys", by=root)
    tell_owner(item, by=alice, now=NOW)
    assert mails() == [("assigned", "Root", f"Yours now: {item.key}")]
