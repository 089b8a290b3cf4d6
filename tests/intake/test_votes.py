"""Useful or noise: one vote per alert and person, sums by source, and nothing of what one may not see."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.incidents.operations import declare_incident, edit_incident, merge_incidents, transition_incident
from apps.intake.models import Alert, AlertVote
from apps.intake.operations import vote_on_alert
from tests.intake.conftest import NOW, at, firing


@pytest.fixture
def alert(arrive, integration):
    arrive(firing())
    return Alert.objects.get()


def sums():
    return list(AlertVote.objects.order_by("pk").values_list("person__slug", "is_useful"))


def test_everybody_has_one_vote_which_may_change_and_be_taken_back(alert, alice, bob, ada):
    for person, vote in ((alice, "useful"), (bob, "noise"), (alice, "noise"), (alice, "noise")):
        vote_on_alert(alert, vote=vote, by=person, now=NOW)
    assert sums() == [("alice", False), ("bob", False)]
    assert AuditEvent.objects.filter(verb="alert.voted").count() == 3
    vote_on_alert(alert, vote="none", by=bob, now=NOW)
    assert sums() == [("alice", False)]
    with pytest.raises(PermissionDenied):
        vote_on_alert(alert, vote="noise", by=ada, now=NOW)
    with pytest.raises(ValidationError):
        vote_on_alert(alert, vote="loud", by=bob, now=NOW)


def test_the_incident_and_the_integration_show_sums_and_no_names(alert, web, alice, charlie, root):
    page = web(alice)
    incident = alert.incident
    assert "/integrations/alerts/?incident=" in page.get(incident.get_absolute_url()).content.decode()
    panel = f"/integrations/alerts/?incident={incident.key}"
    answer = page.post(f"/integrations/alerts/{alert.uuid}/vote/", {"vote": "noise"})
    assert answer.url == incident.get_absolute_url()
    text = web(charlie).get(panel, headers={"HX-Request": "true"}).content.decode()
    assert "Error rate of checkout is high" in text
    assert "Alice" not in text
    assert 'aria-pressed="true"' not in text
    assert 'aria-pressed="true"' in page.get(panel, headers={"HX-Request": "true"}).content.decode()
    assert "0 useful, 1 noise" in web(root).get(alert.integration.get_absolute_url()).content.decode()


def test_a_program_reads_and_votes(alert, api, alice, bob):
    address = f"/api/v1/alerts/{alert.uuid}/"
    for person, vote in ((alice, "useful"), (bob, "useful"), (bob, "useful")):
        answer = api(person).put(f"{address}vote/", {"vote": vote}, format="json")
    shown = {name: answer.json()[name] for name in ("useful", "noise", "my_vote", "incident")}
    assert shown == {"useful": 2, "noise": 0, "my_vote": "useful", "incident": alert.incident.key}
    assert api(bob).put(f"{address}vote/", {"vote": "x"}, format="json").status_code == 400
    assert api(bob).get("/api/v1/alerts/", {"sort": "-useful"}).json()["results"][0]["useful"] == 2


def test_an_alert_is_seen_with_its_incident_and_follows_it_into_a_merge(alert, api, alice, bob, root):
    whole = declare_incident(title="Checkout fails", severity=2, by=alice, now=at(31))
    incident = alert.incident
    transition_incident(incident, to="investigating", by=root, now=at(31))
    merge_incidents(whole, merged=[incident], by=root, now=at(32))
    found = api(bob).get("/api/v1/alerts/", {"incident": whole.key}).json()["results"]
    assert [row["uuid"] for row in found] == [str(alert.uuid)]
    edit_incident(whole, changes={"is_private": True}, by=alice, now=at(33))
    assert api(bob).get("/api/v1/alerts/").json()["results"] == []
    assert (
        api(bob).put(f"/api/v1/alerts/{alert.uuid}/vote/", {"vote": "noise"}, format="json").status_code
        == 404
    )
    assert len(api(root).get("/api/v1/alerts/").json()["results"]) == 1
