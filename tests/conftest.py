"""The cast: alice leads Payments, bob is a member of it, charlie belongs nowhere, root is the admin, ada audits."""

import gc

import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.template import Template
from django.test import Client, override_settings
from django.test.utils import instrumented_test_render
from rest_framework.test import APIClient

from apps.core.memory import in_one_piece, set_apart_what_is_loaded
from apps.incidents.models import SeverityPolicy
from tests import factories

PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


run_protocol = in_one_piece(runtestprotocol)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """pytest's own; only that the frames of a test have room in one piece, without which a seventh of the suite's time
    goes into the ends of pieces."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    run_protocol(item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_collection_finish():
    """What is loaded stays: the collector need not look through it time and again."""
    set_apart_what_is_loaded()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _context_of_pages(django_test_environment):
    """Tests ask what a page was given; of each part of it Django would note down the same once more."""
    every_time = Template._render

    def render(template, context):
        whole = context.template is template
        return instrumented_test_render(template, context) if whole else template.nodelist.render(context)

    Template._render = render
    yield
    Template._render = every_time


@pytest.fixture(scope="session", autouse=True)
def _quick(tmp_path_factory):
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES},
        WHITENOISE_USE_FINDERS=False,  # every client would look for all static files again
        MEDIA_ROOT=tmp_path_factory.getbasetemp() / "media",
    ):
        yield


@pytest.fixture(autouse=True)
def _clean():
    caches["throttle"].clear()
    SeverityPolicy.objects.forget()


@pytest.fixture
def payments(db):
    return factories.make_team(name="Payments", slug="payments")


@pytest.fixture
def alice(payments):
    return factories.make_user("alice", team=payments, role="lead")


@pytest.fixture
def bob(payments):
    return factories.make_user("bob", team=payments)


@pytest.fixture
def charlie(db):
    return factories.make_user("charlie")


@pytest.fixture
def root(db):
    return factories.make_user("root", org_role="admin")


@pytest.fixture
def ada(db):
    return factories.make_user("ada", org_role="auditor")


@pytest.fixture
def checkout(payments):
    return factories.make_service(slug="checkout", owner_team=payments)


@pytest.fixture
def web():
    """web(alice) is alice's signed-in browser; web() is a stranger's."""

    def sign_in(user=None):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api():
    """api(alice) is a program acting for alice; api() is a stranger's."""

    def sign_in(user=None):
        client = APIClient()
        if user is not None:
            client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_append_only(django_db_setup, django_db_blocker):
    """SQLite empties tables with DELETE, which the audit trail refuses: the flush between
    transactional tests lifts that trigger and puts it back."""
    if connection.vendor != "sqlite":
        return
    trigger = (
        "CREATE TRIGGER audit_no_DELETE BEFORE DELETE ON audit_auditevent "
        "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
    )
    operations = type(connection.ops)  # of every connection: a test may have several
    plain_flush = operations.sql_flush

    def sql_flush(*args, **kwargs):
        return ["DROP TRIGGER audit_no_DELETE", *plain_flush(*args, **kwargs), trigger]

    operations.sql_flush = sql_flush
