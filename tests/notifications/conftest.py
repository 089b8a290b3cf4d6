"""A real mail server on loopback, and mails whose words do not matter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.notifications.mail import Mail
from tests.notifications.server import MailSink


def render_plain(row, now):
    return Mail(subject=row.payload.get("subject", "Hello"), text="A line.", html="<p>A line.</p>")


def render_nothing(row, now):
    return None


def render_broken(row, now):
    raise KeyError("a template that is wrong")


KINDS = {
    "digest": {"render": f"{__name__}.render_plain", "category": "reminders", "promise": "at_most_once"},
    "reset": {"render": f"{__name__}.render_plain", "category": "security", "promise": "at_least_once"},
    "empty": {"render": f"{__name__}.render_nothing", "category": "reminders", "promise": "at_most_once"},
    "broken": {"render": f"{__name__}.render_broken", "category": "reminders", "promise": "at_most_once"},
}


@pytest.fixture
def kinds(settings):
    settings.MAIL_KINDS = KINDS


@pytest.fixture
def sink(settings):
    with MailSink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
        yield server


@pytest.fixture
def count_queries(db):
    def count(act):
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count
