"""Receivers on loopback, which the allow-list names, and endpoints that lead to them."""

from contextlib import ExitStack

import pytest
from django.utils import timezone

from apps.webhooks.events import EventType
from apps.webhooks.operations import add_endpoint, deliver_due, plan_deliveries
from tests.webhooks.receiver import Receiver


@pytest.fixture
def receivers(settings):
    """receivers(503) is one more server, which always answers so."""
    settings.OUTBOUND_ALLOW = []
    with ExitStack() as stack:

        def start(always=200):
            receiver = stack.enter_context(Receiver(always))
            settings.OUTBOUND_ALLOW = [*settings.OUTBOUND_ALLOW, receiver.place]
            return receiver

        yield start


@pytest.fixture
def receiver(receivers):
    return receivers()


@pytest.fixture
def listen(root):
    """listen(receiver) is an endpoint that hears everything."""

    def add(receiver, **fields):
        given = {"name": f"Hook {receiver.port}", "url": receiver.url, "events": EventType.values, **fields}
        return add_endpoint(**given, by=root, now=timezone.now())

    return add


@pytest.fixture
def tick():
    """One turn of the clock: plan, then deliver; `after` is how much later than now it is."""

    def turn(after=None):
        now = timezone.now() + after if after else timezone.now()
        plan_deliveries(now)
        return deliver_due(now)

    return turn
