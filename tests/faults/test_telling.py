"""Webhooks with real processes, on either database, killed at every step: nothing lost, doubles under one id."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.incidents.operations import declare_incident
from apps.webhooks.operations import add_endpoint
from apps.webhooks.operations.claims import LEASE
from tests.factories import make_user
from tests.faults.test_sending import KILLED
from tests.webhooks.receiver import Receiver

ENDPOINTS, EVENTS = 8, 4
OWED = ENDPOINTS * EVENTS
# at which step a worker dies, and at which time that it comes there
DEATHS = {
    "endpoint_claimed": 2,
    "attempt_begun": 3,
    "request_sent": 3,
    "post_answered": 3,
    "end_noted": 3,
    "delivered": 3,
}
MAY_DOUBLE = {"request_sent", "post_answered", "end_noted"}


@pytest.fixture
def receiver(fleet):
    with Receiver() as server:
        fleet.allowed = f"127.0.0.1:{server.port}"
        yield server


def happen(receiver):
    root = make_user("root", org_role="admin")
    for n in range(ENDPOINTS):
        fields = {"name": f"Hook {n:02}", "url": receiver.url, "events": ["incident.declared"]}
        add_endpoint(**fields, by=root, now=timezone.now() - timedelta(minutes=1))
    for n in range(EVENTS):
        declare_incident(title=f"Outage {n}", severity=3, by=root, now=timezone.now())


def test_f58_killed_at_every_step_nothing_is_lost_and_a_second_copy_has_the_same_id(fleet, receiver):
    happen(receiver)
    now = timezone.now()
    planner = [{"role": "tell", "die_at": "planned", "hit": 2}]
    dying = [
        {"role": "tell", "die_at": point, "hit": hit, "until_sent": OWED} for point, hit in DEATHS.items()
    ]
    finishing = [{"role": "tell", "until_sent": OWED}] * 2
    codes = fleet.sail((now, planner), (now, dying), (now + LEASE * 1.5, finishing))
    assert codes == [[KILLED], [KILLED] * len(DEATHS), [0, 0]]
    rows = fleet.ask("SELECT uuid, status FROM webhooks_delivery")
    assert Counter(status for _, status in rows) == {"delivered": OWED}
    copies = Counter(identity.replace("-", "") for identity in receiver.ids)
    assert set(copies) == {str(identity).replace("-", "") for identity, _ in rows}
    doubled = [identity for identity, count in copies.items() if count > 1]
    assert len(doubled) <= len(MAY_DOUBLE)
    assert max(copies.values()) <= 2
    [(unfinished,)] = fleet.ask("SELECT count(*) FROM webhooks_attempt WHERE took_ms IS NULL")
    assert unfinished == 3  # of those that died between beginning and end


def test_many_planners_and_senders_at_once_tell_each_thing_once(fleet, receiver):
    happen(receiver)
    crew = 4 if fleet.is_postgres else 2
    assert fleet.sail((timezone.now(), [{"role": "tell", "until_sent": OWED}] * crew)) == [[0] * crew]
    assert len(receiver.ids) == len(set(receiver.ids)) == OWED
    counted = fleet.ask("SELECT count(*) FROM webhooks_delivery GROUP BY endpoint_id")
    assert counted == [(EVENTS,)] * ENDPOINTS
