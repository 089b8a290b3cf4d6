from datetime import UTC, date, datetime

import pytest

from apps.action_items.operations import add_action_item
from tests.factories import make_incident

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def proposal(alice, payments):
    """Nobody has promised it yet."""
    return add_action_item(title="Cap retries from checkout to payments", team=payments, by=alice, now=NOW)


@pytest.fixture
def promised(alice, bob, payments):
    """Bob has promised it for 2 December."""
    return add_action_item(
        title="Reject a settlement file with a known batch id",
        done_when="A repeated file is refused in staging",
        owner=bob,
        team=payments,
        due_on=date(2026, 12, 2),
        commit=True,
        by=alice,
        now=NOW,
    )


@pytest.fixture
def secret(root):
    """A private incident that only root sees."""
    return make_incident(title="ZEBRA", is_private=True, by=root)
