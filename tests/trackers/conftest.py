"""A tracker of each kind on loopback, which the allow-list names, connected by root."""

from datetime import timedelta

import pytest

from apps.action_items.models import ActionItem
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations import add_connection, ask_for_issue, sync_due
from tests import factories
from tests.trackers.github import FakeGitHub
from tests.trackers.server import NOW


@pytest.fixture
def start(settings):
    """start(FakeGitHub) is one more tracker."""
    settings.OUTBOUND_ALLOW = []
    running = []

    def begin(kind):
        fake = kind()
        running.append(fake.__enter__())
        settings.OUTBOUND_ALLOW = [*settings.OUTBOUND_ALLOW, ("127.0.0.1", fake.port)]
        return fake

    yield begin
    for fake in running:
        fake.__exit__()


@pytest.fixture
def github(start):
    return start(FakeGitHub)


@pytest.fixture
def connect(root):
    """connect(github) is the whole organisation's, unless a team is named."""

    def add(fake, **fields):
        given = {"name": f"Tracker {fake.port}", "kind": fake.kind, "base_url": fake.base}
        given |= {"project": fake.project, "token": fake.token, **getattr(fake, "extra", {})}
        return add_connection(**{**given, **fields}, by=root, now=NOW)

    return add


@pytest.fixture
def shop(github, connect):
    return connect(github, name="Shop")


@pytest.fixture
def sync():
    """One turn of the clock, `after` so many minutes; how the turns ended."""

    def turn(after=0):
        return dict(sync_due(NOW + timedelta(minutes=after)))

    return turn


@pytest.fixture
def promise(bob, payments):
    """promise(priority=1) is bob's, open, of Payments."""

    def make(**fields):
        fields = {"owner": bob, "team": payments, "by": bob, "priority": 2, **fields}
        return factories.make_action_item(**fields)

    return make


@pytest.fixture
def item(promise):
    return promise(priority=1)


@pytest.fixture
def linked(sync, bob):
    """linked(item, shop) is its issue, made."""

    def make(item, connection):
        ask_for_issue(item, connection=connection, by=bob, now=NOW)
        sync(0)
        return ref_of(item)

    return make


def ref_of(item):
    return ExternalRef.objects.with_all().get(item=item)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def status(item):
    return ActionItem.objects.get(pk=item.pk).status


def trouble(connection):
    return Connection.objects.get(pk=connection.pk).trouble
