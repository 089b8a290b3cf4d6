"""Without JavaScript every page works; it only takes more steps."""

import pytest
from playwright.sync_api import expect

from tests.halves import once

pytestmark = once


@pytest.fixture
def page(world, window):
    own = window("alice")
    own.page.close()
    return window("alice", java_script_enabled=False).page


def test_an_incident_is_declared_and_resolved_without_scripts(page):
    page.goto("/incidents/new/")
    page.get_by_label("What do people notice?").fill("Statements are empty")
    page.get_by_role("radio", name="SEV3").check(force=True)
    page.locator("main").get_by_role("button", name="Declare incident").click()
    page.get_by_role("heading", level=1, name="Statements are empty").wait_for()
    page.locator("#id_body").fill("The job is started again.")
    page.get_by_role("button", name="Post update").click()
    page.locator("#timeline").get_by_text("The job is started again.").wait_for()
    page.get_by_role("button", name="Acknowledge").first.click()
    for words, state in (("Mark mitigated", "mitigated"), ("Mark resolved", "resolved")):
        page.get_by_role("button", name=words).first.click()
        page.get_by_role("heading", name=f"State: {state}").wait_for(state="attached")


def test_toil_is_logged_without_scripts(page):
    page.goto("/toil/new/")
    page.locator("#id_line").fill("25 min restart a stuck importer")
    page.locator("main").get_by_role("button", name="Log toil").click()
    page.get_by_text("Logged").first.wait_for()
    page.goto("/toil/")
    page.get_by_text("restart a stuck importer").first.wait_for()
    page.goto("/toil/week/")
    page.get_by_label("Another kind of work").fill("rotate certificates")
    page.get_by_label("New row, Monday").fill("3x10m")
    page.get_by_role("button", name="Save week").click()
    page.get_by_text("Saved: 1 added.").wait_for()
    expect(page.get_by_label("rotate certificates, Monday")).to_have_value("3x10m")
