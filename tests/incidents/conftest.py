from datetime import UTC, datetime, timedelta

import pytest

from apps.incidents.operations import declare_incident


@pytest.fixture
def noon():
    """A whole minute in the past, so that later steps are in the past too."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def outage(alice, checkout, noon):
    """Declared at noon by alice, who leads it; users had noticed ten minutes before."""
    return declare_incident(
        title="Card payments time out",
        severity=2,
        services=[checkout],
        summary="One in ten authorisations fails.",
        started_at=noon - timedelta(minutes=10),
        commander=alice,
        by=alice,
        now=noon,
    )


@pytest.fixture
def secret(root, checkout, noon):
    """A private incident that only root knows."""
    return declare_incident(
        title="ZEBRA rows in an export", severity=1, services=[checkout], is_private=True, by=root, now=noon
    )
