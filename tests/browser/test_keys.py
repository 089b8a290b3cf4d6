"""Whoever works without a mouse gets everywhere and sends every form."""

import pytest
from playwright.sync_api import expect

from tests.halves import once

pytestmark = once


@pytest.fixture
def own(world, window):
    return window("alice")


def test_single_keys_lead_to_search_declaring_logging_and_help(own):
    page = own.page
    own.visit("/incidents/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("c")
    page.wait_for_url("**/incidents/new/")


CHARACTERS_A_MINUTE = 200  # 40 words: somebody who types without hurry
LINE = "25 restart ingest @checkout #interrupt"


class Hands:
    """Counts what they do: keys, each character one, and clicks."""

    def __init__(self, page):
        self.page, self.keys, self.clicks = page, 0, 0

    def type(self, text):
        self.keys += len(text)
        self.page.keyboard.type(text)

    def press(self, key):
        self.keys += 1
        self.page.keyboard.press(key)

    def click(self, target):
        self.clicks += 1
        target.click()

    @property
    def seconds(self):
        return self.keys * 60 / CHARACTERS_A_MINUTE


def test_toil_is_logged_in_one_tap_or_in_fifteen_seconds_and_the_page_stays(world, window):
    bob = window("bob", expects=(422,))
    page = bob.page
    bob.visit("/toil/")
    tap = Hands(page)
    tap.click(page.get_by_role("button", name="Log again: Restart a stuck consumer"))
    bob.says("Logged 25 min for Payments.")
    assert (tap.clicks, tap.keys) == (1, 0)  # two would be allowed
    page.get_by_role("button", name="Undo").click()
    bob.says("Deleted")

    bob.visit("/services/")
    before = page.locator("[data-list] .row-link").first
    before.focus()
    hands = Hands(page)
    hands.press("n")
    hands.type(LINE)
    bob.says("Production interrupt")  # how it is understood, before it is saved
    hands.press("Enter")
    bob.says("Logged 25 min for Payments.")
    assert (hands.keys, hands.clicks) == (len(LINE) + 2, 0)
    assert hands.seconds <= 15
    expect(page.locator("dialog#quick")).to_be_hidden()
    expect(before).to_be_focused()
    assert page.url.endswith("/services/")

    hands = Hands(page)  # what is usual needs no time said: Enter takes it
    hands.press("n")
    hands.type("restart ingest")
    hands.press("Enter")
    expect(page.locator("dialog#quick").get_by_label("Time", exact=True)).to_be_focused()
    expect(page.locator("dialog#quick").get_by_label("Time", exact=True)).to_have_value("25m")
    hands.press("Enter")
    bob.says("Logged 25 min for Payments.")
    expect(before).to_be_focused()
    assert hands.seconds <= 15


def test_j_and_k_walk_the_rows_and_enter_opens_one(own):
    page = own.page
    own.visit("/incidents/")
    rows = page.locator("[data-list] .row-link")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    title = rows.nth(0).inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=title).wait_for()


def test_single_keys_stay_letters_in_a_field_and_can_be_switched_off(own):
    page = own.page
    own.visit("/incidents/")
    page.keyboard.press("/")
    page.keyboard.type("cn?")
    expect(page.locator("#search")).to_have_value("cn?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").press("Space")
    page.keyboard.press("Escape")
    own.visit("/incidents/")
    page.keyboard.press("/")
    expect(page.locator("#search")).not_to_be_focused()


def test_a_name_is_completed_while_a_comment_is_typed(own, world):
    page = own.page
    own.visit(world.item.get_absolute_url())
    field = page.get_by_label("Comment", exact=True)
    field.press_sequentially("Ask @bo")
    expect(page.get_by_role("option", name="Bob")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask @bob ")
    field.press_sequentially("or x@a")
    expect(page.get_by_role("option")).to_have_count(0)


def test_an_incident_is_declared_with_the_keyboard_alone(own):
    page = own.page
    own.visit("/incidents/new/")
    walk_to(page, page.get_by_label("What do people notice?"))
    page.keyboard.type("Statements are empty")
    walk_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    walk_to(page, page.get_by_label("What is known?"))
    page.keyboard.type("Since this morning.")
    walk_to(page, page.locator("main").get_by_role("button", name="Declare incident"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Statements are empty").wait_for()


def walk_to(page, target):
    """With the tab key, as far as it takes; a page has fewer stops than this."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the tab key never gets there")


def test_rows_are_selected_with_x_and_edited_with_e_and_cards_dragged_only_where_a_step_leads(own):
    page = own.page
    own.visit("/action-items/?status=open")
    for count in (1, 2):
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.get_by_text(f"{count} selected")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    own.visit("/action-items/?status=open")
    page.locator("#results thead a").first.focus()
    page.keyboard.press("e")  # no row has the focus, so none is edited
    expect(page.get_by_role("heading", level=1, name="Action items")).to_be_visible()
    own.visit("/action-items/board/")
    card = page.locator("[data-status=open] .card").first
    name = f"#{card.get_attribute('id')}"
    card.drag_to(page.locator("[data-status=proposed]"))
    expect(page.locator(f"[data-status=open] {name}")).to_be_visible()
    card.drag_to(page.locator("[data-status=in_progress]"))
    expect(page.locator(f"[data-status=in_progress] {name}")).to_be_visible()


def test_arrows_and_enter_walk_the_cells_of_a_week(own):
    page = own.page
    own.visit("/toil/week/2025-W10/")
    page.get_by_label("Another kind of work").fill("Rotate certificates")
    page.get_by_label("New row, Monday").fill("25")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("New row, Tuesday")).to_be_focused()
    page.keyboard.type("1:30")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved: 2 added.").wait_for()
    page.get_by_label("Rotate certificates, Tuesday").focus()
    expect(page.get_by_label("Rotate certificates, Tuesday")).to_have_value("1h30m")
    page.keyboard.press("End")
    for key, words in (
        ("ArrowLeft", "Rotate certificates, Tuesday"),  # within the text, as it stands at its end
        ("Enter", "New row, Tuesday"),
        ("Shift+Enter", "Rotate certificates, Tuesday"),
        ("ArrowLeft", "Rotate certificates, Monday"),  # all of it is selected by now
        ("ArrowDown", "New row, Monday"),
        ("ArrowUp", "Rotate certificates, Monday"),
        ("Tab", "Rotate certificates, Tuesday"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_label(words)).to_be_focused()
