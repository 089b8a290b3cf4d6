"""The portal in a real Chromium, served by a thread of the test. A window that meets trouble fails its test."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import sync_playwright

from apps.notifications.operations import deliver_due
from apps.reminders.operations.planning import plan_digests
from tests.browser.window import Window
from tests.factories import make_user
from tests.security.bodies import LETTER
from tests.security.world import make_world
from tools import chromium

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser():
    """One for all windows. It ends with these tests: while it runs, so does an event loop in this thread."""
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium on this machine (install it, or name it in CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def mail_dir(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    return tmp_path


@pytest.fixture
def portal(browser, live_server, settings, mail_dir):
    """Where it runs. The browser comes first: without one nothing is worth preparing."""
    settings.BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def world(portal, mail_dir):
    """The sample world, and a digest in its mailbox."""
    world = make_world()
    due = world.fresh("item").next_reminder_at
    plan_digests(due)
    deliver_due(due)
    next(mail_dir.glob("*.eml")).rename(mail_dir / f"{LETTER}.eml")
    return world


@pytest.fixture
def window(browser, portal):
    """window("alice") is alice's own window, signed in through the form; window() is a stranger's."""
    known = {}
    with ExitStack() as windows:

        def open_window(name=None, **options):
            """The same window again, unless it is to be another kind of window."""
            if options or name not in known:
                state = known[name].context.storage_state() if name in known else None
                new = windows.enter_context(Window(browser, portal, state=state, **options))
                if name and not state:
                    new.sign_in(name)
                known.setdefault(name, new)
                return new
            return known[name]

        yield open_window


@pytest.fixture
def dora(portal):
    """Somebody in a portal where nothing has happened yet."""
    return make_user("dora", org_role="admin")
