"""Roles that the organisation adds, and one commander however many want to be it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import Incident, RoleAssignment
from apps.incidents.operations import (
    assign_role,
    declare_incident,
    edit_severity_policy,
    end_role,
    hand_over,
    transition_incident,
)
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_user
from tests.incidents.test_parallel import all_at_once

LEGAL = {"slug": "legal", "name": "Legal counsel"}


@pytest.fixture
def legal(root, noon):
    return edit_severity_policy(changes={"roles": [LEGAL]}, by=root, now=noon)


@pytest.mark.django_db
def test_an_added_role_is_taken_handed_over_and_told_by_its_name(legal, outage, bob, alice, noon):
    assign_role(outage, role="legal", person=bob, by=bob, now=noon)
    assert outage.timeline.last().body == "Bob took the legal counsel role"
    with pytest.raises(Conflict, match="Bob has the legal counsel role"):
        assign_role(outage, role="legal", person=alice, by=alice, now=noon)
    hand_over(outage, role="legal", to=alice, by=alice, now=noon)
    assert outage.timeline.last().body == "Bob handed the legal counsel role over to Alice"
    assert [row.get_role_display() for row in outage.roles.all()] == ["Commander", *["Legal counsel"] * 2]


@pytest.mark.django_db
def test_a_role_taken_off_the_list_can_still_be_left_but_not_taken(
    web, legal, outage, root, bob, alice, noon
):
    assign_role(outage, role="legal", person=bob, by=bob, now=noon)
    edit_severity_policy(changes={"roles": []}, by=root, now=noon)
    assert "Legal counsel" in web(alice).get(f"/incidents/{outage.key}/").content.decode()
    assert (
        "Hand legal counsel over" in web(alice).get(f"/incidents/{outage.key}/roles/legal/").content.decode()
    )
    end_role(outage, role="legal", by=alice, now=noon)
    with pytest.raises(ValidationError, match="commander, comms, scribe, ops"):
        assign_role(outage, role="legal", person=bob, by=bob, now=noon)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "roles",
    [
        [LEGAL, LEGAL],
        [{"slug": "ops", "name": "Other"}],
        [{"slug": "x", "name": "commander"}],
        [{"slug": "x", "name": " "}],
    ],
)
def test_two_roles_of_one_name_are_refused(root, noon, roles):
    with pytest.raises(ValidationError) as refusal:
        edit_severity_policy(changes={"roles": roles}, by=root, now=noon)
    assert set(refusal.value.message_dict) == {"roles"}


@pytest.mark.django_db
def test_an_admin_adds_a_role_by_a_line_and_everybody_can_take_it(web, api, root, bob, outage):
    form = web(root).get("/incidents/severities/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {
        "roles": "Legal counsel\n\nVendor  liaison"
    }
    assert web(root).post("/incidents/severities/edit/", sent).status_code == 302
    roles = api(bob).get("/api/v1/severity-policy/").json()["roles"]
    assert roles == [
        {"slug": "legal-counsel", "name": "Legal counsel"},
        {"slug": "vendor-liaison", "name": "Vendor liaison"},
    ]
    assert web(bob).post(f"/incidents/{outage.key}/roles/vendor-liaison/take/").status_code == 302
    taken = api(bob).post(
        f"/api/v1/incidents/{outage.key}/roles/", {"role": "legal-counsel", "person": "bob"}
    )
    assert taken.status_code == 200
    assert outage.roles.filter(person=bob, until=None).count() == 2
    assert web(bob).get(f"/incidents/{outage.key}/roles/nobody/").status_code == 404


@pytest.mark.django_db
def test_a_postmortem_names_the_added_role_and_no_person(legal, outage, bob, alice, noon):
    assign_role(outage, role="legal", person=bob, by=bob, now=noon)
    transition_incident(outage, to="resolved", by=alice, now=noon)
    sections = draft_postmortem([outage], now=noon, by=alice).sections
    texts = " ".join(
        [
            *sections.values_list("body", flat=True),
            *sections.exclude(blocks=None).values_list("blocks__text", flat=True),
        ]
    )
    assert "legal counsel" in texts
    assert "Bob" not in texts


@pytest.mark.django_db(transaction=True)
def test_ten_hand_command_to_ten_and_at_every_moment_one_leads(noon):
    root = make_user(org_role="admin")
    incident = declare_incident(title="Down", severity=1, commander=root, by=root, now=noon)
    people = [make_user() for _ in range(10)]
    answers = all_at_once(
        lambda n: hand_over(incident, role="commander", to=people[n], by=root, now=noon), 10
    )
    assert all(isinstance(answer, RoleAssignment) for answer in answers)
    (holder,) = incident.roles.filter(role="commander", until=None)
    assert Incident.objects.get(pk=incident.pk).commander == holder.person
    assert incident.roles.count() == 11
    assert incident.timeline.filter(kind="role").count() == 10


def test_who_takes_command_acknowledges_unless_somebody_has_or_it_hurts_no_more(alice, bob, charlie, noon):
    row = declare_incident(title="Slow", severity=3, by=alice, now=noon)
    later = noon + timedelta(minutes=3)
    assign_role(row, role="scribe", person=bob, by=bob, now=noon)
    assign_role(row, role="commander", person=bob, by=bob, now=later)
    milestone = row.milestones.get(kind="acknowledged")
    assert (milestone.at, milestone.source) == (later, "auto")
    assert AuditEvent.objects.get(verb="incident.acknowledged").actor == bob
    end_role(row, role="commander", by=bob, now=later)
    assign_role(row, role="commander", person=alice, by=alice, now=later + timedelta(minutes=1))
    assert row.milestones.get(kind="acknowledged").at == later
    given, over, old = (
        declare_incident(title="x", severity=3, by=alice, now=noon, kind=kind)
        for kind in ("real", "real", "backfilled")
    )
    assign_role(
        given, role="commander", person=charlie, by=alice, now=later
    )  # who was named may not know it yet
    transition_incident(over, to="resolved", by=alice, now=noon)
    for row in (over, old):
        assign_role(row, role="commander", person=alice, by=alice, now=later)
    assert AuditEvent.objects.filter(verb="incident.acknowledged").count() == 1
