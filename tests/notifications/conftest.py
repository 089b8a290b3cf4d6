"""A real mail server on loopback, and kinds of mail of our own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.notifications.kinds import KINDS
from tests.notifications.server import MailSink


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
