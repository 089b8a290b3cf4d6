import base64
import hashlib
import hmac

from django.utils import timezone

from apps.incidents.operations import declare_incident, transition_incident
from apps.webhooks.operations import present_secret


def declare(by, **fields):
    return declare_incident(
        **{"title": "Card payments time out", "severity": 2, **fields}, by=by, now=timezone.now()
    )


def test_what_happens_is_sent_once_and_signed_as_standard_webhooks_say(receiver, listen, tick, alice):
    endpoint = listen(receiver)
    incident = declare(alice)
    transition_incident(incident, to="mitigated", by=alice, now=timezone.now())
    assert tick() == {"delivered": 2}
    assert tick() == {}
    assert [body["type"] for body in receiver.bodies] == ["incident.declared", "incident.mitigated"]
    request = receiver.requests[0]
    key = base64.b64decode(present_secret(endpoint).removeprefix("whsec_"))
    content = (
        f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    )
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{signature}"
