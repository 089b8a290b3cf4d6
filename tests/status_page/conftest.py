from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from apps.incidents.operations import declare_incident, post_update
from apps.status_page.operations import add_page


@pytest.fixture(autouse=True)
def _nothing_kept(db):
    cache.clear()


@pytest.fixture
def now():
    return timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def noon(now):
    """The clock stands at noon, and moves when told to."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def home(root):
    return add_page(name="Acme status", description="Payments for shops", is_on=True, by=root)


@pytest.fixture
def cards(root, checkout):
    """The public face of the service that colleagues call checkout."""
    return add_page(service=checkout, slug="card-payments", name="Card payments", is_on=True, by=root)


@pytest.fixture
def outage(alice, checkout, noon, now):
    """Began an hour before noon; nobody outside has been told."""
    return declare_incident(
        title="ZEBRA-7 primary lost its lease",
        severity=2,
        services=[checkout],
        summary="quagga",
        started_at=now - timedelta(hours=1),
        commander=alice,
        by=alice,
        now=now,
    )


@pytest.fixture
def tell(outage, alice, now):
    def post(conditions="Some card payments fail.", *, state="investigating", at=None, of=outage, **parts):
        return post_update(
            of,
            conditions=conditions,
            **{"is_public": True, "public_state": state} | parts,
            at=at,
            by=alice,
            now=now,
        )

    return post
