"""The product's main job from end to end, with the hands of the people who do it."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from apps.action_items.models import ActionItem
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import deliver_due
from apps.reminders.operations.planning import plan_digests
from tests.factories import make_action_item, make_incident
from tests.halves import once

TITLE = "Refund files are booked twice"


@pytest.fixture(autouse=True)
def _cast(portal, alice, bob, checkout):
    """alice leads Payments, bob is a member of it, and checkout is theirs."""


def test_an_incident_becomes_a_kept_promise_and_a_toil_percentage(window):
    alice = window("alice").page
    incident = declare(alice)
    respond(alice)
    postmortem = write_up(alice, incident)
    approve(window("bob").page, postmortem)
    is_refused_without_a_promise(alice, postmortem)
    promise(alice, postmortem)
    publish(alice, postmortem)
    read_the_digest(window("alice"))
    log_toil(alice)
    find_by_search(alice, postmortem)
    sign_out(alice)


def declare(page):
    page.get_by_role("link", name="Declare incident").first.click()
    page.get_by_label("What do people notice?").fill(TITLE)
    page.get_by_role("radio", name="SEV2").check(force=True)
    page.get_by_text("checkout", exact=True).first.click()
    page.get_by_label("What is known?").fill(
        "Since the evening run every refund file is booked a second time."
    )
    page.locator("main").get_by_role("button", name="Declare incident").click()
    page.get_by_role("heading", level=1, name=TITLE).wait_for()
    return page.url


def respond(page):
    page.locator("#id_body").fill("Paused the transfer until we know more.")
    page.get_by_role("button", name="Post update").click()
    page.locator("#timeline").get_by_text("Paused the transfer until we know more.").wait_for()
    assert page.locator("#id_body").input_value() == ""
    page.get_by_role("button", name="Acknowledge").first.click()
    page.get_by_text("is acknowledged.").first.wait_for()
    page.get_by_role("button", name=re.compile("Take it.*Communications")).click()
    page.get_by_role("link", name=re.compile("Hand over.*Communications")).wait_for()
    for words, state in (("Mark mitigated", "mitigated"), ("Mark resolved", "resolved")):
        page.get_by_role("button", name=words).first.click()
        page.get_by_role("heading", name=f"State: {state}").wait_for(state="attached")


def write_up(page, incident):
    page.goto(incident)
    page.get_by_role("link", name="Start postmortem").first.click()
    page.get_by_role("button", name="Start draft").click()
    page.get_by_role("heading", level=1, name=TITLE).wait_for()
    address = page.url
    while (empty := page.locator("section.sec", has=page.get_by_text("Needed before publishing."))).count():
        slug = empty.first.get_attribute("id")
        page.locator(f"#{slug}").get_by_role("link", name="Edit").click()
        page.locator(f"#{slug} textarea[name=text]").fill(
            "The **same file** was read twice, and nothing refused it."
        )
        page.locator(f"#{slug}-preview strong").get_by_text("same file").wait_for()
        page.get_by_role("button", name="Save section").click()
        expect(page.locator(f"#{slug} textarea[name=text]")).to_have_count(0)
        expect(page.locator(f"#{slug} .prose strong")).to_have_text("same file")
    for measure in ("users", "revenue"):
        page.goto(f"{address}impact-values/new/")
        page.locator("#id_measure").select_option(measure)
        page.locator("#id_certainty").select_option("unknown")
        page.locator("#id_method").fill("Nobody has counted yet")
        page.locator("main form [type=submit]").last.click()
        page.get_by_text("Nobody has counted yet").first.wait_for()
    page.goto(address)
    page.get_by_role("button", name="Ask for review").click()
    page.get_by_text("In review").first.wait_for()
    assert not page.get_by_role("button", name="Approve").count()
    return address


def approve(page, postmortem):
    page.goto(postmortem)
    page.locator("#id_comment").fill("Clear, and honest about what we do not know.")
    for question in page.locator("[name=checks]").all():
        question.check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved").first.wait_for()


def is_refused_without_a_promise(page, postmortem):
    page.goto(postmortem)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Users were affected, and no P0 or P1 action item is promised.").last.wait_for()


def publish(page, postmortem):
    page.goto(postmortem)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Version 1, published").wait_for()


def promise(page, postmortem):
    today = datetime.now(UTC).date()
    for title, due in (("Refuse a file that was booked before", today), ("Count booked files per run", None)):
        page.goto(postmortem)
        page.get_by_role("link", name="Add action item").click()
        page.get_by_label("What is to be done").fill(title)
        page.get_by_label("Done when").fill("A repeated file is refused in staging")
        page.get_by_label("Owner").select_option("alice")
        page.get_by_label("Priority").select_option("P1")
        page.get_by_label("Due").fill(due.isoformat() if due else "2027-03-01")
        page.locator("main").get_by_role("button", name="Add action item").click()
        page.get_by_text(title).first.wait_for()
    page.goto(postmortem)
    expect(page.locator("#actions tbody tr")).to_have_count(2)


def read_the_digest(window):
    item = ActionItem.objects.get(title="Refuse a file that was booked before")
    at = max(
        item.next_reminder_at, datetime.now(UTC)
    )  # by day it is due at once, and other mail waits by now
    assert plan_digests(at) == 1
    deliver_due(at)
    sent = OutboxMail.objects.filter(status=OutboxStatus.SENT)
    assert set(sent.values_list("kind", "recipient__slug")) == {
        ("digest", "alice"),
        ("postmortem_published", "bob"),
    }
    window.visit("/dev/mail/")
    window.page.locator("main .row-link").first.click()
    window.page.frame_locator("iframe.letter").get_by_role("link", name=item.title).wait_for()
    assert item.key in window.page.locator("pre").inner_text()


def log_toil(page):
    before = share_of_team(page)
    page.goto("/")
    page.keyboard.press("n")
    page.keyboard.type("25 min book refunds by hand @checkout #manual")
    page.locator(".echo").get_by_text("25 min").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Logged").first.wait_for()
    after = share_of_team(page)
    assert after != before
    assert "0.4 h of" in after or "25 min of" in after


def share_of_team(page):
    page.goto("/toil/teams/payments/")
    return page.locator("main .panel").first.inner_text()


def find_by_search(page, postmortem):
    page.keyboard.press("/")
    page.keyboard.type("refund")
    page.keyboard.press("Enter")
    key = postmortem.rstrip("/").rsplit("/", 1)[-1]
    page.locator("main").get_by_role("listitem").filter(has_text=key).get_by_role("link").click()
    page.wait_for_url(postmortem)


def sign_out(page):
    page.locator(".topbar details.menu > summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    page.goto("/incidents/")
    page.get_by_role("heading", name="Sign in to Ballast").wait_for()


@once
def test_what_one_person_posts_another_sees_without_reloading_or_losing_what_they_type(window):
    alice, bob = window("alice").page, window("bob").page
    alice.goto("/")
    address = declare(alice)
    bob.goto(address)
    bob.evaluate("window.isStillTheSamePage = true")
    bob.locator("#id_body").fill("I am looking at the file")
    alice.locator("#id_body").fill("The evening run is stopped.")
    alice.get_by_role("button", name="Post update").click()
    bob.locator("#timeline").get_by_text("The evening run is stopped.").wait_for()
    bob.get_by_role("button", name="Post update").click()
    alice.locator("#timeline").get_by_text("I am looking at the file").wait_for()
    alice.get_by_role("button", name="Acknowledge").first.click()
    bob.locator("#timeline").get_by_text("Acknowledged").wait_for()
    alice.locator("#id_body").fill("The files are taken back.")
    alice.get_by_role("button", name="Post update").click()
    bob.locator("#timeline").get_by_text("The files are taken back.").wait_for()
    expect(bob.locator("#timeline > li")).to_have_count(5)
    assert bob.evaluate("window.isStillTheSamePage")


def test_what_happened_before_shows_while_an_incident_is_typed(window, alice, checkout):
    before = make_incident(title="Refund files are booked twice again", services=[checkout], by=alice)
    make_action_item(title="Refuse a known batch id", incident=before, by=alice)
    page = window("alice").page
    page.goto("/incidents/new/")
    panel = page.locator("#similar-panel")
    panel.get_by_text("Type what people notice").wait_for()
    page.get_by_label("What do people notice?").press_sequentially("Refund file booked")
    panel.get_by_text("Refuse a known batch id").wait_for()
    page.get_by_text("checkout", exact=True).first.click()
    panel.get_by_text("Same service: checkout").wait_for()
    assert page.get_by_label("What do people notice?").input_value() == "Refund file booked"


@once
def test_where_a_browser_closes_the_clipboard_the_text_can_be_taken_by_hand(window, alice):
    page = window("alice").page
    page.add_init_script("delete Navigator.prototype.clipboard")  # as over http
    page.goto(make_incident(by=alice).get_absolute_url())
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text(f"Copying is not allowed here: {page.url}").wait_for()
    page.goto("/tokens/new/")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("The text is selected").wait_for()
    taken = page.locator("#secret").evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert taken == page.locator("#secret").input_value() != ""
