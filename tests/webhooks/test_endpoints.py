"""Admins say who listens; nobody else knows that anybody does."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core import changes
from apps.core.errors import StaleVersion
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.operations import (
    add_endpoint,
    edit_endpoint,
    forget_old,
    present_secret,
    remove_endpoint,
    replay,
    send_test,
)
from apps.webhooks.operations.endpoints import switch_off
from tests.webhooks.test_delivery import DAY, MINUTE

SECRET_PATH = "T000-very-secret"
GIVEN = {
    "name": "On-call channel",
    "url": f"https://hooks.example.com/services/{SECRET_PATH}",
    "format": "slack",
    "events": ["incident.declared", "incident.resolved"],
}
HEADERS = {"if-match": "*"}


@pytest.fixture
def endpoint(root):
    return add_endpoint(**GIVEN, by=root, now=timezone.now())


def test_only_admins_have_a_hand_in_it(endpoint, alice, ada, root):
    now = timezone.now()
    delivery = send_test(endpoint, once_per="1", by=root, now=now)
    for person in (alice, ada):
        for act in (
            lambda by: add_endpoint(**GIVEN | {"name": "Mine"}, by=by, now=now),
            lambda by: edit_endpoint(endpoint, changes={"name": "Mine"}, by=by, now=now),
            lambda by: send_test(endpoint, once_per="2", by=by, now=now),
            lambda by: replay(delivery, by=by, now=now),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def test_the_trail_keeps_the_host_and_never_the_whole_address_or_the_secret(endpoint, root):
    secret = present_secret(endpoint)
    elsewhere = "https://other.example.com/" + SECRET_PATH
    edit_endpoint(
        endpoint, changes={"url": elsewhere, "events": ["incident.moved"]}, by=root, now=timezone.now()
    )
    trail = json.dumps(list(AuditEvent.objects.values("verb", "object_key", "changes")))
    assert "hooks.example.com" in trail
    assert "other.example.com" in trail
    assert SECRET_PATH not in trail
    assert secret not in trail
    assert AuditEvent.objects.filter(verb="webhook.edited").get().changes["events"] == [
        GIVEN["events"],
        ["incident.moved"],
    ]


def test_no_table_holds_a_secret(endpoint):
    stored = json.dumps(list(Endpoint.objects.values()), default=str)
    assert present_secret(endpoint) not in stored
    assert "whsec" not in stored


def test_who_saw_an_older_version_does_not_overwrite(endpoint, root):
    edit_endpoint(endpoint, changes={"name": "Renamed"}, seen=1, by=root, now=timezone.now())
    with pytest.raises(StaleVersion):
        edit_endpoint(endpoint, changes={"name": "Mine"}, seen=1, by=root, now=timezone.now())


def test_what_was_delivered_is_forgotten_after_a_month_and_what_is_owed_never(endpoint, root):
    rows = [send_test(endpoint, once_per=str(n), by=root, now=timezone.now()) for n in range(3)]
    for row, status in zip(rows, ("delivered", "dead", "queued"), strict=True):
        Delivery.objects.filter(pk=row.pk).update(status=status)
    Attempt.objects.create(delivery=rows[0], number=1, began_at=timezone.now())
    assert forget_old(timezone.now() + 29 * DAY) == 0
    forget_old(timezone.now() + 31 * DAY)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"dead", "queued"}
    forget_old(timezone.now() + 99 * DAY)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"queued"}


def test_much_is_forgotten_in_bounded_steps_each_by_itself(endpoint, root, monkeypatch):
    monkeypatch.setattr(changes, "BATCH", 2)
    monkeypatch.setattr(changes, "MOST_BATCHES", 2)
    now = timezone.now()
    for n in range(5):
        send_test(endpoint, once_per=str(n), by=root, now=now)
    Delivery.objects.update(status="delivered")
    with CaptureQueriesContext(connection) as queries:
        assert forget_old(now + 31 * DAY) == 4
    deletes = [one["sql"] for one in queries if one["sql"].startswith('DELETE FROM "webhooks_delivery"')]
    assert len(deletes) == 2
    assert forget_old(now + 31 * DAY) == 1


def test_the_form_adds_one_however_often_it_is_sent_and_shows_the_secret_once(root, web):
    client = web(root)
    sent = GIVEN | {"is_enabled": "on", "once": "0" * 32}
    first, again = client.post("/webhooks/new/", sent), client.post("/webhooks/new/", sent)
    endpoint = Endpoint.objects.get()
    assert (endpoint.name, endpoint.events, endpoint.format) == (GIVEN["name"], GIVEN["events"], "slack")
    secret = present_secret(endpoint)
    assert secret in first.content.decode()
    assert again.status_code == 302
    for path in ("/webhooks/", endpoint.get_absolute_url(), f"/webhooks/{endpoint.uuid}/edit/"):
        assert secret not in client.get(path).content.decode()
    assert SECRET_PATH not in client.get("/webhooks/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "ftp://example.com/"}, "https://"),
        ({"url": "https://user:pw@example.com/"}, "password"),
        ({"url": "https://a b/"}, "not a web address"),
        ({"events": []}, "required"),
        ({"events": ["incident.exploded"]}, "valid choice"),
        ({"name": ""}, "required"),
        ({"name": "On-call channel"}, "already exists"),
        ({"format": "smoke signals"}, "valid choice"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(wrong, words, endpoint, root, web):
    sent = GIVEN | {"name": "Another <b>one</b>"} | wrong
    answer = web(root).post("/webhooks/new/", sent)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert wrong.get("name", "Another &lt;b&gt;one&lt;/b&gt;") in answer.content.decode()
    assert Endpoint.objects.count() == 1


def test_a_test_event_leads_to_its_delivery_and_a_double_click_sends_one(endpoint, root, web):
    client = web(root)
    for _ in range(2):
        answer = client.post(f"/webhooks/{endpoint.uuid}/test/", {"once": "1" * 32})
    delivery = Delivery.objects.get()
    assert answer.headers["Location"] == delivery.get_absolute_url()
    assert "Next try" in client.get(delivery.get_absolute_url()).content.decode()


def test_the_pages_of_an_endpoint_ask_before_they_act(endpoint, root, web):
    client = web(root)
    old = present_secret(endpoint)
    send_test(endpoint, once_per="1", by=root, now=timezone.now())
    Delivery.objects.update(status="dead")
    for step in ("replay", "secret", "remove"):
        assert client.get(f"/webhooks/{endpoint.uuid}/{step}/").status_code == 200
    assert "1 delivery was" in client.get(endpoint.get_absolute_url()).content.decode()
    client.post(f"/webhooks/{endpoint.uuid}/replay/")
    assert Delivery.objects.get().status == "queued"
    shown = client.post(f"/webhooks/{endpoint.uuid}/secret/").content.decode()
    endpoint.refresh_from_db()
    assert present_secret(endpoint) in shown
    assert old not in shown
    assert client.post(f"/webhooks/{endpoint.uuid}/remove/").status_code == 302
    assert not Endpoint.objects.exists()
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs >= {
        "webhook.added",
        "webhook.tested",
        "webhook.replayed",
        "webhook.secret_replaced",
        "webhook.removed",
    }


def test_a_program_gets_the_secret_in_the_first_answer_only(root, api):
    client = api(root)
    headers = {"idempotency-key": "hook-1"}
    first = client.post("/api/v1/webhooks/", GIVEN, headers=headers)
    again = client.post("/api/v1/webhooks/", GIVEN, headers=headers)
    endpoint = Endpoint.objects.get()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["secret"] == present_secret(endpoint)
    assert "secret" not in again.json()
    address = first.headers["Location"]
    assert "secret" not in client.get(address).json()
    replaced = client.post(f"{address}secret/").json()["secret"]
    endpoint.refresh_from_db()
    assert replaced == present_secret(endpoint) != first.json()["secret"]


def test_a_program_edits_tests_replays_and_removes(endpoint, root, api, receivers):
    client, address = api(root), endpoint.get_api_url()
    assert client.patch(address, {"name": "Chat"}).status_code == 428
    assert client.patch(address, {"name": "Chat"}, headers=HEADERS).json()["name"] == "Chat"
    wrong = client.patch(address, {"events": ["incident.exploded"], "url": "http://"}, headers=HEADERS)
    assert (wrong.status_code, sorted(wrong.json()["errors"])) == (400, ["events", "url"])
    once = {"idempotency-key": "t1"}
    first, again = (client.post(f"{address}test/", headers=once).json() for _ in range(2))
    assert first["id"] == again["id"]
    delivery = client.get(f"/api/v1/webhook-deliveries/{first['id']}/").json()
    assert (delivery["status"], delivery["history"]) == ("queued", [])
    conflict = client.post(f"/api/v1/webhook-deliveries/{first['id']}/replay/")
    assert (conflict.status_code, conflict.json()["detail"]) == (409, "It is on its way already.")
    Delivery.objects.update(status="dead")
    assert client.post(f"{address}replay/").json() == {"replayed": 1}
    assert client.get("/api/v1/webhooks/").json()["results"][0]["waiting"] == 1
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_delivery_shows_every_attempt(receiver, listen, tick, root, web):
    endpoint = listen(receiver)
    receiver.answers = [500]
    send_test(endpoint, once_per="1", by=root, now=timezone.now())
    tick()
    tick(MINUTE)
    page = web(root).get(Delivery.objects.get().get_absolute_url()).content.decode()
    assert "Answered 500." in page
    assert page.count(" ms</td>") == 2
    assert "Replay" in page


def test_a_webhook_that_was_removed_while_its_receiver_said_410_stops_nothing(endpoint, root):
    in_flight = Endpoint.objects.get()
    remove_endpoint(endpoint, by=root)
    switch_off(in_flight, reason="gone", by=root)
    assert not AuditEvent.objects.filter(verb="webhook.edited").exists()


def test_what_was_removed_between_the_look_and_the_click_is_not_found(endpoint, root):
    seen = Endpoint.objects.get()
    remove_endpoint(endpoint, by=root)
    for act in (
        lambda: remove_endpoint(seen, by=root),
        lambda: edit_endpoint(seen, changes={"name": "Chat"}, by=root, now=timezone.now()),
    ):
        with pytest.raises(Http404):
            act()
