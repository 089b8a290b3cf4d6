"""The portal in a real Chromium, served by a thread of the test. A window that meets trouble fails its test."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.window import Window
from tests.factories import make_user
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
def world(portal):
    return make_world()


@pytest.fixture
def window(browser, portal):
    """window("alice") is alice's own window, signed in through the form; window() is a stranger's."""
    states = {}
    with ExitStack() as windows:

        def open_window(name=None, **options):
            new = windows.enter_context(Window(browser, portal, state=states.get(name), **options))
            if name and name not in states:
                new.sign_in(name)
                states[name] = new.context.storage_state()
            return new

        yield open_window


@pytest.fixture
def dora(portal):
    """Somebody in a portal where nothing has happened yet."""
    return make_user("dora", org_role="admin")
