"""Nine defects that were found in other systems, each with the test that keeps it out of this one."""

import socket
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from apps.action_items.models import ActionItem
from apps.action_items.operations import add_action_item
from apps.incidents.models import Incident, impact_time
from apps.incidents.operations import (
    acknowledge_incident,
    declare_incident,
    set_milestone,
    transition_incident,
)
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import draft_postmortem, link_action_item

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def noon():
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=2)


@pytest.fixture
def declare(alice, checkout, noon):
    def act(title="Card payments time out", **kw):
        kw = {"severity": 2, "services": [checkout], "started_at": noon, "by": alice, "now": noon, **kw}
        return declare_incident(title=title, **kw)

    return act


@pytest.fixture
def move(alice):
    def act(incident, to, now, **kw):
        return transition_incident(incident, to=to, by=alice, now=now, reason="Because", **kw)

    return act


def figures(client):
    """Those of the metrics page, by name, with why incidents were left out."""
    panels = client.get("/api/v1/metrics/").json()["panels"]
    return {figure["name"]: figure for panel in panels for figure in panel["figures"]}


def left_out(figure):
    return {one["reason"]: one["count"] for one in figure["excluded"]}


def test_1_dispatch_rewrote_the_mitigation_time_on_reopening_and_on_closing(declare, move, alice, noon):
    relapsed, straight, corrected = declare(), declare(), declare()
    for row in (relapsed, corrected):
        move(row, "mitigated", noon + HOUR)
    set_milestone(corrected, kind="mitigated", at=noon + 30 * MINUTE, by=alice, now=noon + HOUR)
    for row in (relapsed, corrected):
        move(row, "investigating", noon + 2 * HOUR)
        move(row, "mitigated", noon + 3 * HOUR)
        move(row, "resolved", noon + 4 * HOUR)
    move(straight, "resolved", noon + 4 * HOUR)
    for row, first in ((relapsed, noon + HOUR), (corrected, noon + 30 * MINUTE), (straight, None)):
        row = Incident.objects.get(pk=row.pk)
        assert row.mitigated_at == first
        assert row.milestones.filter(kind="mitigated", at=first).exists() == (first is not None)


def test_2_dispatch_cut_durations_to_whole_hours_and_counted_what_is_missing_until_now(
    declare, move, alice, api, noon
):
    move(declare(), "mitigated", noon + 59 * MINUTE)
    move(declare(), "resolved", noon + 59 * MINUTE)  # nobody said when it was mitigated
    found = figures(api(alice))["ttm"]
    assert (found["n"], found["value"]) == (1, 59 * 60)
    assert left_out(found) == {"missing: mitigated": 1}


def test_3_firefighter_dropped_negative_and_missing_durations_in_silence(declare, move, alice, api, noon):
    row = declare()
    with pytest.raises(ValidationError) as refusal:
        set_milestone(row, kind="detected", at=noon - HOUR, by=alice, now=noon + HOUR)
    assert "“Impact started”" in refusal.value.messages[0]
    assert "“Detected”" in refusal.value.messages[0]
    set_milestone(row, kind="detected", at=None, note="The alert was lost", by=alice, now=noon)
    move(row, "resolved", noon + HOUR)
    whole = acknowledge_incident(declare(), by=alice, now=noon)
    move(whole, "mitigated", noon + HOUR)
    move(whole, "resolved", noon + HOUR)
    found = figures(api(alice))
    assert left_out(found["ttd"]) == {"missing: detected": 1}
    assert (found["complete"]["part"], found["complete"]["n"]) == (1, 2)


def test_4_firehydrant_resolved_the_incident_when_its_review_began(declare, move, alice, noon):
    row = move(declare(), "mitigated", noon + HOUR)
    before = Incident.objects.filter(pk=row.pk).values().get()
    draft_postmortem([row], now=noon + HOUR, by=alice)
    assert Incident.objects.filter(pk=row.pk).values().get() == before
    assert row.transitions.count() == 2


def test_5_rootly_had_three_vocabularies_for_the_state_of_one_object(declare, alice, api, noon):
    for name in ("incidents.Incident", "postmortems.Postmortem", "action_items.ActionItem"):
        fields = apps.get_model(name)._meta.concrete_fields
        assert [field.name for field in fields if field.name.endswith(("status", "state"))] == ["status"]
    postmortem = draft_postmortem([declare()], now=noon, by=alice)
    for word in ("completed", "open", "resolved"):
        address = f"/api/v1/postmortems/{postmortem.key}/transitions/"
        assert api(alice).post(address, {"to": word}).status_code in {400, 409}
    assert Postmortem.objects.get().status == "draft"


def test_6_opsk_showed_postmortems_to_the_world_and_deleted_action_items_with_them(
    declare, alice, bob, payments, web, api, noon
):
    incident = declare()
    postmortem = draft_postmortem([incident], now=noon, by=alice)
    assert web().get(postmortem.get_absolute_url()).status_code == 302  # to the gate
    assert api().get(f"/api/v1/postmortems/{postmortem.key}/").status_code == 401
    item = add_action_item(title="Refuse a repeated file", incident=incident, by=alice, now=noon)
    link_action_item(postmortem, item, by=alice)
    postmortem.delete()
    assert ActionItem.objects.get() == item


def test_7_oneuptime_rejected_the_way_back_so_that_a_relapse_could_not_be_recorded(declare, move, noon):
    for number, state in enumerate(("mitigated", "resolved")):
        row = declare(f"Relapse {number}")
        move(row, state, noon + HOUR)
        row = move(row, "investigating", noon + 2 * HOUR)
        windows = [(window.start, window.end) for window in row.impact_windows.all()]
        assert windows == [(noon, noon + HOUR), (noon + 2 * HOUR, None)]
        assert impact_time(row.impact_windows.all(), noon + 3 * HOUR) == 2 * HOUR


def test_8_dispatch_leaked_private_incidents_through_joining_searching_and_the_task_list(
    declare, alice, bob, root, charlie, payments, web, api, noon
):
    secret = declare("ZEBRA", is_private=True, by=root)
    item = add_action_item(title="ZEBRA follows", incident=secret, owner=root, by=root, now=noon)
    browser, program = web(charlie), api(charlie)
    assert browser.post(f"/incidents/{secret.key}/roles/scribe/take/").status_code == 404
    joined = program.post(f"/api/v1/incidents/{secret.key}/roles/", {"role": "ops", "person": "charlie"})
    assert joined.status_code == 404
    for address in (
        "/search/?q=ZEBRA",
        f"/search/?q={secret.key}",
        "/incidents/?q=ZEBRA",
        "/action-items/",
        f"/action-items/?incident={secret.key}",
        "/incidents/?format=csv",
        "/action-items/?format=csv",
    ):
        answer = browser.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        shown = text.decode().replace(f"q={secret.key}", "").replace(f"incident={secret.key}", "")
        assert "ZEBRA follows" not in shown, address
        assert item.key not in shown, address
    for address in ("/api/v1/incidents/", "/api/v1/action-items/"):
        assert program.get(address).json()["results"] == []
    assert not secret.roles.filter(person=charlie).exists()


calls = []


def _listen(event, arguments):
    if event == "socket.connect" and calls is not None:
        calls.append(arguments[1])


def test_9_dispatch_could_not_declare_while_a_third_party_was_down(declare, settings):
    """Nothing outside is asked while an incident is declared, so nothing outside can stop it."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
    sys.addaudithook(_listen)  # cannot be taken off again, so it only listens
    calls.clear()
    incident = declare()
    assert calls == []
    assert Incident.objects.get().key == incident.key
