"""How incidents belong together, and who sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import IncidentLink
from apps.incidents.operations import (
    declare_incident,
    edit_incident,
    link_incidents,
    transition_incident,
    unlink_incidents,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def other(bob, noon):
    return declare_incident(title="Refunds wait", severity=3, by=bob, now=noon)


@pytest.fixture
def link(alice, noon):
    def act(one, to, kind="related", **kw):
        return link_incidents(one, to=to, kind=kind, now=noon, **{"by": alice, **kw})

    return act


def address(incident, rest=""):
    return f"/api/v1/incidents/{incident.key}/links/{rest}"


def seen_by(client, incident):
    return [(one["words"], one["incident"]["key"]) for one in client.get(address(incident)).json()]


def test_a_link_reads_from_both_ends(outage, other, link, api, charlie):
    link(outage, other, "caused_by")
    assert seen_by(api(charlie), outage) == [("caused by", other.key)]
    assert seen_by(api(charlie), other) == [("cause of", outage.key)]


def test_who_does_not_respond_links_nothing_and_unlinks_nothing(outage, other, link, charlie, bob):
    with pytest.raises(PermissionDenied):
        link(outage, other, by=charlie)
    made = link(outage, other)
    with pytest.raises(PermissionDenied):
        unlink_incidents(made, by=charlie)
    unlink_incidents(made, by=bob)  # who responds to the other end
    assert not IncidentLink.objects.exists()


def test_a_link_leads_to_another_living_incident_that_is_seen(outage, other, secret, link, alice, noon):
    merged = declare_incident(title="Same", severity=3, by=alice, now=noon)
    transition_incident(merged, to="merged", into=other, by=alice, now=noon)
    for to in (outage, secret, merged):
        with pytest.raises(ValidationError) as refusal:
            link(outage, to)
        assert set(refusal.value.message_dict) == {"to"}
    with pytest.raises(ValidationError):
        link(outage, other, "married_to")
    merged.refresh_from_db()
    with pytest.raises(Conflict, match="merged"):
        link(merged, outage)


def test_the_same_is_said_once_and_related_from_either_end(outage, other, link, bob):
    link(outage, other)
    for one, to in ((outage, other), (other, outage)):
        with pytest.raises(Conflict, match="already"):
            link(one, to, by=bob)
    link(outage, other, "caused_by")
    assert IncidentLink.objects.count() == 2


def test_nothing_is_its_own_cause_over_any_number_of_others(outage, other, link, alice, noon):
    third = declare_incident(title="Third", severity=3, by=alice, now=noon)
    link(outage, other, "recurrence_of")
    link(other, third, "recurrence_of", by=other.declared_by)
    with pytest.raises(ValidationError, match="both ways"):
        link(third, outage, "recurrence_of")
    link(third, outage, "child_of")


def test_each_end_has_its_own_event_that_does_not_name_the_other(outage, other, link, ada, root, noon):
    made = link(outage, other)
    events = AuditEvent.objects.filter(verb="incident.linked")
    assert {event.scope for event in events} == {outage.audit_scope, other.audit_scope}
    assert all(event.changes["link"] == [None, str(made.uuid)] for event in events)
    edit_incident(other, changes={"is_private": True}, by=root, now=noon)
    seen = AuditEvent.objects.visible_to(ada)
    assert other.key not in str([event.changes for event in seen])
    unlink_incidents(made, by=root)
    assert AuditEvent.objects.filter(verb="incident.unlinked").count() == 2
    with pytest.raises(Conflict):
        unlink_incidents(made, by=root)


def test_a_link_to_a_private_incident_does_not_exist_for_others(outage, secret, link, root, alice, web, api):
    made = link(outage, secret, by=root)
    assert seen_by(api(alice), outage) == []
    page = web(alice).get(f"/incidents/{outage.key}/").content.decode()
    assert secret.key not in page
    assert "ZEBRA" not in page
    assert api(alice).delete(address(outage, f"{made.uuid}/")).status_code == 404
    assert web(alice).post(f"/incidents/{outage.key}/links/{made.uuid}/remove/").status_code == 404
    with pytest.raises(PermissionDenied):
        unlink_incidents(made, by=alice)
    assert secret.title in web(root).get(f"/incidents/{outage.key}/").content.decode()


def test_links_of_what_was_merged_into_it_stay_in_sight(outage, other, link, alice, api, noon):
    merged = declare_incident(title="Same", severity=3, by=alice, now=noon)
    link(merged, other, "caused_by")
    link(merged, outage, "related")
    transition_incident(merged, to="merged", into=outage, by=alice, now=noon)
    assert seen_by(api(alice), outage) == [("caused by", other.key)]


def test_the_page_links_and_takes_back(web, alice, outage, other):
    client, path = web(alice), f"/incidents/{outage.key}/links/"
    assert "Caused by" in client.get(f"{path}new/?kind=caused_by&to={other.key}").content.decode()
    wrong = client.post(f"{path}new/", {"kind": "caused_by", "to": "INC-99"}).content.decode()
    assert "There is no incident INC-99 that you may see." in wrong
    for _ in range(2):
        form = {"kind": "caused_by", "to": f" {other.key.lower()} ", "once": "o"}
        assert client.post(f"{path}new/", form).status_code == 302
    page = client.get(f"/incidents/{other.key}/").content.decode()
    assert "Cause of" in page
    assert outage.title in page
    made = IncidentLink.objects.get()
    answer = client.post(f"{path}{made.uuid}/remove/", follow=True)
    assert "The link is removed." in answer.content.decode()
    assert client.post(f"{path}{made.uuid}/remove/").status_code == 404


def test_a_program_links_once_and_takes_back(api, alice, outage, other, noon):
    merged = declare_incident(title="Same", severity=3, by=alice, now=noon)
    transition_incident(merged, to="merged", into=other, by=alice, now=noon)
    client, headers = api(alice), {"Idempotency-Key": "l"}
    for _ in range(2):  # the old key leads on
        answer = client.post(address(outage), {"kind": "child_of", "to": merged.key}, headers=headers)
        assert answer.status_code == 201
    made = answer.json()
    assert (made["words"], made["incident"]["key"], made["is_outgoing"]) == ("part of", other.key, True)
    assert client.post(address(outage), {"kind": "child_of", "to": other.key}).status_code == 409
    assert client.post(address(outage), {"kind": "child_of", "to": outage.key}).status_code == 400
    assert client.delete(address(outage, f"{made['id']}/")).status_code == 204
    assert client.delete(address(outage, f"{made['id']}/")).status_code == 404
