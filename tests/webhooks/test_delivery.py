"""What receivers get, and what becomes of a delivery when they do not take it. Real servers on loopback."""

import base64
import hashlib
import hmac
import json
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core import outbound
from apps.incidents.operations import declare_incident, edit_incident, transition_incident
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.operations import (
    deliver_due,
    edit_endpoint,
    plan_deliveries,
    present_secret,
    replace_secret,
    replay,
    replay_dead,
    send_test,
)
from apps.webhooks.operations.claims import DIED, LEASE, PAUSES
from apps.webhooks.signing import signed_headers
from tests.core.test_outbound import quietly, until_it_hangs_up

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def declare(by, **fields):
    what = {"title": "Card payments time out", "severity": 2, **fields}
    return declare_incident(**what, by=by, now=timezone.now())


@pytest.fixture
def owed(alice):
    """owed(endpoint) is one delivery to it; the clock is its own."""

    def make(endpoint=None):
        declare(alice)
        plan_deliveries(timezone.now())
        return Delivery.objects.filter(**({"endpoint": endpoint} if endpoint else {})).latest("pk")

    return make


def signatures(request, *secrets):
    content = (
        f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    )
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    digests = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def test_what_happens_is_sent_once_signed_as_standard_webhooks_say(receiver, listen, tick, alice):
    endpoint = listen(receiver)
    incident = declare(alice)
    transition_incident(incident, to="mitigated", by=alice, now=timezone.now())
    assert tick() == {"delivered": 2}
    assert tick() == {}
    assert [body["type"] for body in receiver.bodies] == ["incident.declared", "incident.mitigated"]
    request = receiver.requests[0]
    assert request.path == "/hook?key=1"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["webhook-signature"] == signatures(request, present_secret(endpoint))
    assert request.headers["webhook-id"] == receiver.bodies[0]["id"]


def test_the_known_answer_of_standard_webhooks_is_ours():
    """The one that the specification's own libraries are tested with."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_replaced_secret_signs_beside_the_new_one_for_a_day(receiver, listen, tick, root):
    endpoint, now = listen(receiver), timezone.now()
    old = present_secret(endpoint)
    changed = replace_secret(endpoint, by=root, now=now)
    new = present_secret(changed)
    assert new != old
    for after in (None, DAY):
        send_test(endpoint, once_per=str(after), by=root, now=now)
        tick(after)
    during, later = receiver.requests
    assert during.headers["webhook-signature"] == signatures(during, new, old)
    assert later.headers["webhook-signature"] == signatures(later, new)


def test_f58_a_failure_is_tried_again_by_the_table_under_the_same_id_and_a_new_time(receiver, listen, owed):
    listen(receiver)
    receiver.answers = [500, 503, (429, {}), 301]
    delivery, now = owed(), timezone.now()
    for pause in PAUSES[:4]:
        assert deliver_due(now) == {"queued": 1}
        delivery.refresh_from_db()
        wait = delivery.not_before - now
        assert pause * 0.8 <= wait <= pause * 1.2 + timedelta(seconds=5)
        assert deliver_due(delivery.not_before - timedelta(seconds=1)) == {}
        now = delivery.not_before
    assert "redirect" in delivery.error
    assert deliver_due(now) == {"delivered": 1}
    assert set(receiver.ids) == {str(delivery.uuid)}
    assert len({request.headers["webhook-timestamp"] for request in receiver.requests}) > 1
    answers = list(Attempt.objects.values_list("number", "status_code"))
    assert answers == [(1, 500), (2, 503), (3, 429), (4, 301), (5, 200)]


@pytest.mark.parametrize("asks", ["7200", "a date"])
def test_f58_who_asks_to_wait_is_left_alone_so_long(asks, receiver, listen, owed):
    listen(receiver)
    first, second = owed(), owed()
    now = timezone.now()
    until = now + timedelta(hours=2)
    told = f"{until:%a, %d %b %Y %H:%M:%S} GMT" if asks == "a date" else asks
    receiver.answers = [(429, {"Retry-After": told})]
    deliver_due(now)
    for delivery in (first, second):
        assert deliver_due(until - MINUTE) == {}, delivery
    assert deliver_due(until + MINUTE) == {"delivered": 2}


@pytest.mark.parametrize(
    "told",
    ["", "soon", "-5", "9" * 30, "Thu, 99 Foo 2026 00:00:00 GMT", f"Thu, 01 Jan {'9' * 20} 00:00:00 GMT"],
)
def test_a_senseless_wish_to_wait_is_at_most_a_day(told, receiver, listen, owed):
    listen(receiver)
    receiver.answers = [(503, {"Retry-After": told})]
    owed()
    deliver_due(timezone.now())
    assert deliver_due(timezone.now() + DAY + MINUTE) == {"delivered": 1}


def test_f58_410_switches_the_webhook_off_and_leaves_a_trace(receiver, listen, owed, alice):
    endpoint = listen(receiver)
    receiver.answers = [410]
    delivery = owed()
    assert deliver_due(timezone.now()) == {"dead": 1}
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == (
        "disabled",
        "The receiver said that it is gone for good (410).",
    )
    event = AuditEvent.objects.filter(verb="webhook.edited").get()
    assert event.actor == User.objects.system()
    assert event.changes["is_enabled"] == [True, False]
    declare(alice)
    assert plan_deliveries(timezone.now()) == 0
    assert delivery.endpoint_id == endpoint.pk


def test_after_the_last_try_it_is_a_dead_letter_and_replay_sends_it_under_its_old_id(
    receiver, listen, owed, root
):
    endpoint = listen(receiver)
    receiver.always = 500
    delivery, now = owed(), timezone.now()
    outcomes = Counter()
    for _ in range(len(PAUSES) + 1):
        outcomes += deliver_due(now)
        now += timedelta(hours=12)
        Delivery.objects.update(expires_at=now + DAY)
    assert outcomes == {"queued": len(PAUSES), "dead": 1}
    assert deliver_due(now) == {}
    receiver.always = 200
    replay(delivery, by=root, now=now)
    assert deliver_due(now) == {"delivered": 1}
    assert set(receiver.ids) == {str(delivery.uuid)}
    assert AuditEvent.objects.filter(verb="webhook.replayed").get().changes == {"status": ["dead", "queued"]}
    assert replay_dead(endpoint, by=root, now=now) == 0


def test_what_waits_for_three_days_is_a_dead_letter_and_all_of_them_are_replayed_at_once(
    receiver, listen, owed, root
):
    endpoint = listen(receiver)
    for _ in range(3):
        owed(endpoint)
    later = timezone.now() + timedelta(days=3, minutes=1)
    assert deliver_due(later) == {}
    assert Delivery.objects.dead().count() == 3
    assert replay_dead(endpoint, by=root, now=later) == 3
    assert deliver_due(later) == {"delivered": 3}
    assert [body["object"]["key"] for body in receiver.bodies] == ["INC-1", "INC-2", "INC-3"]
    assert AuditEvent.objects.filter(verb="webhook.replayed").get().changes == {"deliveries": [None, 3]}


def test_an_address_inside_is_refused_at_every_attempt_and_nothing_is_sent(receiver, listen, owed, settings):
    listen(receiver)
    settings.OUTBOUND_ALLOW = []
    delivery = owed()
    assert deliver_due(timezone.now()) == {"dead": 1}
    delivery.refresh_from_db()
    assert "OUTBOUND_ALLOW" in delivery.error
    assert receiver.requests == []


def test_f58_a_dead_receiver_rests_after_five_failures_and_holds_up_nobody(receivers, listen, owed):
    broken, fine = receivers(503), receivers()
    sick, well = listen(broken), listen(fine)
    for _ in range(8):
        owed()
    now = timezone.now()
    assert deliver_due(now) == {"queued": 5, "delivered": 8}
    assert len(broken.requests) == 5
    sick.refresh_from_db()
    assert (sick.state, sick.failures_in_a_row) == ("failing", 5)
    assert sick.resume_at > now
    assert deliver_due(sick.resume_at - timedelta(seconds=5)) == {}
    assert deliver_due(sick.resume_at) == {"queued": 1}  # one asks whether it is back
    rested = Endpoint.objects.get(pk=sick.pk)
    assert rested.resume_at - sick.resume_at > timedelta(seconds=100)
    broken.always = 200
    assert deliver_due(rested.resume_at + DAY) == {"delivered": 8}
    rested.refresh_from_db()
    assert (rested.state, rested.resume_at) == ("enabled", None)
    assert Endpoint.objects.get(pk=well.pk).failures_in_a_row == 0


def test_f58_a_slow_receiver_holds_up_nobody(receivers, listen, owed, monkeypatch):
    """The slow one answers only once the other has everything."""
    slow, quick = receivers(), receivers()
    slow.always = quietly(lambda handler: until(handler, lambda: len(quick.requests) == 6))
    listen(slow)
    listen(quick)
    for _ in range(6):
        owed()
    assert deliver_due(timezone.now()) == {"delivered": 12}
    assert slow.most_open == quick.most_open == 1  # one message at a time for each


def until(handler, is_time):
    handler.connection.settimeout(0.01)
    while not is_time():
        try:
            handler.connection.recv(1)
        except TimeoutError:
            continue
    handler.say(200)


SILENT = {
    "silence": until_it_hangs_up,
    "hang-up": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
}


@pytest.mark.parametrize("how", SILENT)
def test_a_receiver_without_an_answer_is_tried_again(how, receiver, listen, owed, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
    listen(receiver)
    receiver.answers = [quietly(SILENT[how])]
    delivery = owed()
    assert deliver_due(timezone.now()) == {"queued": 1}
    delivery.refresh_from_db()
    assert delivery.error.startswith("No answer: ")
    assert deliver_due(timezone.now() + MINUTE) == {"delivered": 1}


def test_what_becomes_private_before_it_is_sent_is_never_sent(receiver, listen, alice):
    listen(receiver)
    incident = declare(alice, title="ZEBRA quagga")
    plan_deliveries(timezone.now())
    edit_incident(incident, changes={"is_private": True}, by=alice, now=timezone.now())
    assert deliver_due(timezone.now()) == {"suppressed": 1}
    assert receiver.requests == []
    assert "ZEBRA" not in json.dumps(list(Delivery.objects.values()), default=str)


def test_what_becomes_private_between_two_attempts_is_not_tried_again(receiver, listen, owed, alice):
    listen(receiver)
    receiver.answers = [500]
    owed()
    assert deliver_due(timezone.now()) == {"queued": 1}
    incident = declare(alice).__class__.objects.order_by("pk").first()
    edit_incident(incident, changes={"is_private": True}, by=alice, now=timezone.now())
    assert deliver_due(timezone.now() + MINUTE) == {"suppressed": 1}
    assert len(receiver.requests) == 1


def test_a_delivery_of_a_worker_that_died_is_sent_again_once_its_lease_has_lapsed(receiver, listen, owed):
    endpoint, delivery, now = listen(receiver), owed(), timezone.now()
    Endpoint.objects.filter(pk=endpoint.pk).update(claim=delivery.uuid, lease_until=now + LEASE)
    Delivery.objects.update(status="sending", attempts=1, tries=1)
    assert deliver_due(now) == {}
    assert deliver_due(now + LEASE * 1.1) == {"delivered": 1}
    assert list(Attempt.objects.values_list("number", flat=True)) == [2]
    assert DIED.startswith("The worker stopped")


def test_while_it_is_off_nothing_is_planned_or_sent_but_a_test_goes_out(receiver, listen, owed, alice, root):
    endpoint = listen(receiver)
    owed()
    now = timezone.now()
    endpoint = edit_endpoint(endpoint, changes={"is_enabled": False}, by=root, now=now)
    declare(alice)
    assert plan_deliveries(now) == 0
    for once_per in ("1" * 200, "1" * 200, "1" * 199 + "2"):
        send_test(endpoint, once_per=once_per, by=root, now=now)
    assert deliver_due(timezone.now()) == {"delivered": 2}
    assert [body["type"] for body in receiver.bodies] == ["webhook.test"] * 2
    edit_endpoint(endpoint, changes={"is_enabled": True}, by=root, now=timezone.now())
    plan_deliveries(timezone.now())
    assert deliver_due(timezone.now()) == {"delivered": 1}  # what was owed before it was switched off
    assert [body["object"]["key"] for body in receiver.bodies[2:]] == ["INC-1"]


def test_one_message_that_cannot_be_written_stops_no_other(receiver, listen, owed):
    listen(receiver)
    broken, _ = owed(), owed()
    Delivery.objects.filter(pk=broken.pk).update(object_type="nothing we know")
    assert deliver_due(timezone.now()) == {"suppressed": 1, "delivered": 1}
    broken.refresh_from_db()
    assert broken.error == "Could not be written: KeyError."


def test_what_surprises_a_thread_is_a_failure_like_others_and_tried_again(receiver, listen, owed, settings):
    listen(receiver)
    allowed, settings.OUTBOUND_ALLOW = settings.OUTBOUND_ALLOW, None
    delivery = owed()
    assert deliver_due(timezone.now()) == {"queued": 1}
    delivery.refresh_from_db()
    assert delivery.error == "Could not be sent: TypeError."
    settings.OUTBOUND_ALLOW = allowed
    assert deliver_due(timezone.now() + MINUTE) == {"delivered": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", [OperationalError, RuntimeError])
def test_what_cannot_be_settled_costs_no_other_its_result(trouble, receivers, listen, owed):
    """The first result cannot be written down; the second, of the other endpoint, is."""
    for _ in range(2):
        listen(receivers())
    owed()
    now, writes = timezone.now(), []

    def stumble(execute, sql, params, many, context):
        if sql.startswith('UPDATE "webhooks_attempt"') and not writes.append(sql) and len(writes) == 1:
            raise trouble("no room left")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stumble):
        if trouble is OperationalError:
            with pytest.raises(OperationalError, match="no room left"):
                deliver_due(now)
        else:
            assert deliver_due(now) == {"delivered": 1}
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["delivered", "sending"]
    assert deliver_due(now + LEASE * 1.1) == {"delivered": 1}
