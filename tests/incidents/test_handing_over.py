"""Somebody leaves: every role of theirs in open incidents goes to somebody else, in one action."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import Incident
from apps.incidents.operations import (
    assign_role,
    declare_incident,
    hand_over,
    hand_over_all,
    roles_to_hand_over,
    transition_incident,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/incidents/hand-over/"


@pytest.fixture
def burden(outage, secret, alice, bob, root, noon):
    """bob is scribe of the outage, commands two others of which one is over, and is in a private one."""
    assign_role(outage, role="scribe", person=bob, by=bob, now=noon)
    own, over = (declare_incident(title=t, severity=3, commander=bob, by=bob, now=noon) for t in ("A", "B"))
    transition_incident(over, to="resolved", by=bob, now=noon)
    assign_role(secret, role="ops", person=bob, by=root, now=noon)
    return own


def held(person, by):
    return [(row.incident.title, row.role) for row in roles_to_hand_over(person, by=by)]


def test_only_open_incidents_count_and_private_ones_only_for_their_responders(
    burden, outage, alice, bob, root, secret
):
    public = [(outage.title, "scribe"), ("A", "commander")]
    assert sorted(held(bob, alice)) == sorted(public)
    assert sorted(held(bob, root)) == sorted([*public, (secret.title, "ops")])


def test_all_of_them_move_at_once_each_with_its_own_event(burden, bob, alice, noon):
    done = hand_over_all(bob, to=alice, by=alice, now=noon)
    assert {row.person for row in done} == {alice}
    assert held(bob, alice) == []
    assert Incident.objects.get(pk=burden.pk).commander == alice
    assert AuditEvent.objects.filter(verb="incident.role_handed_over").count() == 2
    summary = AuditEvent.objects.get(verb="user.roles_handed_over")
    assert summary.changes == {"roles": [2, 0], "to": [None, "alice"]}
    assert burden.timeline.last().body == "Bob handed the commander role over to Alice"


def test_only_they_themselves_their_leads_and_admins(burden, bob, alice, charlie, ada, root, noon):
    for stranger in (charlie, ada):
        with pytest.raises(PermissionDenied):
            hand_over_all(bob, to=stranger, by=stranger, now=noon)
    with pytest.raises(PermissionDenied):
        hand_over_all(alice, to=bob, by=bob, now=noon)
    hand_over_all(bob, to=charlie, by=bob, now=noon)
    assert len(held(charlie, root)) == 3


def test_it_goes_to_somebody_else_who_may_act_or_not_at_all(burden, bob, alice, ada, noon):
    for wrong in (ada, bob):
        with pytest.raises(ValidationError) as refusal:
            hand_over_all(bob, to=wrong, by=alice, now=noon)
        assert set(refusal.value.message_dict) == {"to"}
    assert len(held(bob, alice)) == 2
    hand_over_all(bob, to=alice, by=alice, now=noon)
    with pytest.raises(Conflict, match="no role"):
        hand_over_all(bob, to=alice, by=alice, now=noon)


def test_a_program_looks_first_and_then_hands_over(api, burden, outage, bob, alice, charlie, noon):
    client = api(alice)
    assert client.get(API).status_code == 400
    assert client.get(API, {"person": "nobody"}).status_code == 400
    assert client.get(API, {"person": "bob", "x": "y"}).status_code == 400
    assert api(charlie).get(API, {"person": "bob"}).status_code == 403
    shown = client.get(API, {"person": "bob"}).json()
    assert {row["incident"] for row in shown} == {outage.key, burden.key}
    assert client.post(API, {"person": "bob", "to": "bob"}).status_code == 400
    hand_over(burden, role="commander", to=charlie, by=bob, now=noon)  # somebody was quicker with one
    assert [row["role"] for row in client.post(API, {"person": "bob", "to": "alice"}).json()] == ["scribe"]
    assert client.post(API, {"person": "bob", "to": "alice"}).status_code == 409
