"""How bad it is: the matrix proposes, a person decides, admins edit."""

import copy

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import StaleVersion
from apps.incidents.models import SHIPPED, Incident, SeverityPolicy
from apps.incidents.operations import declare_incident, edit_incident, edit_severity_policy

pytestmark = pytest.mark.django_db
POLICY = "/api/v1/severity-policy/"
EDIT = "/incidents/severities/edit/"


def declare(by, now, **kw):
    return declare_incident(title="Search is stale", by=by, now=now, **kw)


@pytest.mark.parametrize(
    ("impact", "condition", "proposed"),
    [
        ("most", "down", 1),
        ("few", "risk", 4),
        ("many", "degraded", 3),
        ("unsure", "degraded", 2),
        ("internal", "unsure", 2),
        ("unsure", "unsure", 1),
    ],
)
def test_two_answers_propose_a_severity_and_unsure_counts_as_the_worst(
    alice, noon, impact, condition, proposed
):
    incident = declare(alice, noon, impact=impact, condition=condition)
    assert (incident.severity, incident.proposed_severity) == (proposed, proposed)


def test_the_answers_are_kept_as_they_were_called(alice, root, noon):
    incident = declare(alice, noon, impact="many", condition="unsure")
    other = [{"slug": one["slug"], "name": one["name"].upper()} for one in SHIPPED["impacts"]]
    edit_severity_policy(changes={"impacts": other}, by=root, now=noon)
    incident.refresh_from_db()
    assert (incident.impact, incident.condition) == ("Many customers", "Not sure")
    assert declare(alice, noon, impact="many", condition="down").impact == "MANY CUSTOMERS"


def test_another_severity_than_proposed_needs_a_reason_which_stays_in_record_timeline_and_trail(alice, noon):
    with pytest.raises(ValidationError, match="propose SEV1") as refusal:
        declare(alice, noon, impact="most", condition="down", severity=3)
    assert set(refusal.value.message_dict) == {"severity_reason"}
    said = {"severity": 3, "severity_reason": " It is night for them "}
    incident = declare(alice, noon, impact="most", condition="down", **said)
    assert (incident.severity, incident.proposed_severity) == (3, 1)
    assert incident.severity_reason == "It is night for them"
    assert incident.timeline.get().body == "Declared as SEV3; SEV1 was proposed. It is night for them"
    changes = AuditEvent.objects.get(object_key=incident.key).changes
    assert changes["severity_reason"] == [None, "It is night for them"]
    assert (changes["proposed_severity"], changes["impact"]) == ([None, 1], [None, "Most customers"])


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "severity"),
        ({"impact": "most"}, "condition"),
        ({"condition": "down"}, "impact"),
        ({"impact": "martians", "condition": "down"}, "impact"),
        ({"severity": 2, "severity_reason": "x" * 501}, "severity_reason"),
    ],
)
def test_half_answers_are_refused_by_field(alice, noon, answers, field):
    with pytest.raises(ValidationError) as refusal:
        declare(alice, noon, **answers)
    assert set(refusal.value.message_dict) == {field}
    assert not Incident.objects.exists()


def test_leaving_the_proposal_later_needs_a_reason_too(alice, noon):
    incident = declare(alice, noon, impact="most", condition="down")
    with pytest.raises(ValidationError, match="propose SEV1"):
        edit_incident(incident, changes={"severity": 2}, by=alice, now=noon)
    why = {"severity": 2, "severity_reason": "Half of it is back"}
    edit_incident(incident, changes=why, by=alice, now=noon)
    assert incident.timeline.last().body == "Severity lowered to SEV2: Half of it is back"
    edit_incident(incident, changes={"title": "Search is very stale"}, by=alice, now=noon)
    incident.refresh_from_db()
    assert incident.severity_reason == "Half of it is back"
    edit_incident(incident, changes={"impact": "few", "condition": "down", "severity": 3}, by=alice, now=noon)
    incident.refresh_from_db()
    assert (incident.proposed_severity, incident.severity_reason) == (3, "")


def test_without_a_proposal_a_severity_is_changed_as_ever(outage, alice, noon):
    edit_incident(outage, changes={"severity": 1}, by=alice, now=noon)
    assert outage.timeline.last().body == "Severity raised to SEV1"


def test_admins_edit_the_matrix_and_the_trail_says_how(root, noon):
    cells = copy.deepcopy(SHIPPED["cells"])
    cells["most"]["risk"] = 2
    policy = edit_severity_policy(changes={"cells": cells}, by=root, now=noon)
    assert policy.version == 2
    assert SeverityPolicy.objects.current().propose("most", "risk") == 2
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_key) == ("severity_policy.edited", "severity-policy")
    assert event.changes == {"cells": [SHIPPED["cells"], cells]}
    edit_severity_policy(changes={"cells": cells}, by=root, now=noon)
    assert AuditEvent.objects.count() == 1


def test_nobody_else_edits_it_and_nobody_by_accident(root, alice, ada, noon):
    for person in (alice, ada):
        with pytest.raises(PermissionDenied):
            edit_severity_policy(changes={}, by=person, now=noon)
    minutes = {"1": 15, "2": 60, "3": 240, "4": None}
    edit_severity_policy(changes={"update_minutes": minutes}, seen=1, by=root, now=noon)
    with pytest.raises(StaleVersion):
        edit_severity_policy(changes={"update_minutes": minutes}, seen=1, by=root, now=noon)


def without(row, name):
    return {key: value for key, value in row.items() if key != name}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"impacts": []}, "impacts"),
        ({"impacts": [*SHIPPED["impacts"], {"slug": "x", "name": "Most Customers"}]}, "impacts"),
        ({"conditions": [{"slug": "unsure", "name": "Perhaps"}]}, "conditions"),
        ({"conditions": [{"slug": "down", "name": " "}]}, "conditions"),
        ({"conditions": [{"slug": f"c{n}", "name": f"C{n}"} for n in range(11)]}, "conditions"),
        ({"cells": without(SHIPPED["cells"], "few")}, "cells"),
        ({"cells": SHIPPED["cells"] | {"few": {"data": 1}}}, "cells"),
        ({"cells": SHIPPED["cells"] | {"few": dict.fromkeys(SHIPPED["cells"]["few"], 5)}}, "cells"),
        ({"update_minutes": {"1": 30}}, "update_minutes"),
        ({"update_minutes": SHIPPED["update_minutes"] | {"1": 4}}, "update_minutes"),
    ],
)
def test_a_matrix_with_holes_is_refused_by_field(root, noon, changes, field):
    with pytest.raises(ValidationError) as refusal:
        edit_severity_policy(changes=changes, by=root, now=noon)
    assert set(refusal.value.message_dict) == {field}
    assert not AuditEvent.objects.exists()


def test_the_form_declares_by_two_answers(web, bob):
    answers = {"title": "Cards fail", "impact": "few", "condition": "down", "kind": "real"}
    answer = web(bob).post("/incidents/new/", answers)
    assert answer.status_code == 302
    assert Incident.objects.get().severity == 3
    refused = web(bob).post("/incidents/new/", answers | {"severity": "1"}).content.decode()
    assert "propose SEV3. Take it, or say here why it is SEV1." in refused
    assert '<details class="mt-2" open>' in refused
    nothing = web(bob).post("/incidents/new/", {"title": "Cards fail", "kind": "real"})
    assert "Choose one" in nothing.content.decode()
    odd = web(bob).post("/incidents/new/", answers | {"severity": "9"})
    assert odd.status_code == 200
    assert Incident.objects.count() == 1


def test_the_page_says_why(web, bob, alice, noon):
    incident = declare(
        alice, noon, impact="most", condition="down", severity=2, severity_reason="Only at night"
    )
    page = web(bob).get(f"/incidents/{incident.key}/").content.decode()
    assert "Why SEV2" in page
    assert "Most customers; it cannot be used." in page
    assert "Only at night" in page


def test_a_line_says_what_the_matrix_proposes(web, bob):
    path = "/incidents/severities/proposal/"
    assert "SEV2" in web(bob).get(path, {"impact": "unsure", "condition": "degraded"}).content.decode()
    for query in ({}, {"impact": "most"}, {"impact": "martians", "condition": "down"}):
        assert "Answer both" in web(bob).get(path, query).content.decode()


def fields_of(client):
    form = client.get(EDIT).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_an_admin_adds_and_removes_a_row_in_the_table(web, root, bob):
    client = web(root)
    sent = fields_of(client) | {"impacts_3": "", "impacts_4": "Partners (EU)", "minutes_4": "600"}
    refused = client.post(EDIT, sent)
    assert "Choose a severity." in refused.content.decode()
    sent |= {f"cell_4_{n}": "3" for n in range(5)}
    assert client.post(EDIT, sent).status_code == 302
    policy = SeverityPolicy.objects.current()
    assert [one["slug"] for one in policy.impacts] == ["most", "many", "few", "partners-eu"]
    assert set(policy.cells) == {"most", "many", "few", "partners-eu"}
    assert policy.minutes_of(4) == 600
    assert b"Partners (EU)" in web(bob).get("/incidents/severities/").content
    assert "Somebody else" in client.post(EDIT, sent).content.decode()


def test_programs_read_and_change_it(api, root, bob):
    answer = api(bob).get(POLICY)
    assert answer.json() == {**SHIPPED, "version": 1}
    change = {"update_minutes": {"1": 15, "2": 30, "3": None, "4": None}}
    assert api(root).patch(POLICY, change).status_code == 428
    assert api(bob).patch(POLICY, change, headers={"If-Match": answer["ETag"]}).status_code == 403
    changed = api(root).patch(POLICY, change, headers={"If-Match": answer["ETag"]})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["update_minutes"] == change["update_minutes"]
    assert api(root).patch(POLICY, change, headers={"If-Match": answer["ETag"]}).status_code == 412
    assert api(root).patch(POLICY, {"cells": {"most": 1}}, headers={"If-Match": "*"}).status_code == 400
    assert api(root).patch(POLICY, {"version": 9}, headers={"If-Match": "*"}).status_code == 400


def test_programs_declare_by_two_answers(api, bob):
    send = lambda **kw: api(bob).post("/api/v1/incidents/", {"title": "Cards fail", **kw})  # noqa: E731
    row = send(impact="most", condition="unsure").json()
    assert row["severity"] == 1
    shown = api(bob).get(f"/api/v1/incidents/{row['key']}/").json()["assessment"]
    assert shown == {
        "impact": "Most customers",
        "condition": "Not sure",
        "proposed_severity": 1,
        "reason": "",
    }
    assert "severity_reason" in send(impact="most", condition="down", severity=2).json()["errors"]
    assert "severity" in send().json()["errors"]
