"""Writing a section loses nothing: two at once, a session that ends, a server that is away."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from apps.postmortems.models import SectionDraft, SectionRevision
from tests.browser.window import PASSWORD
from tests.halves import once
from tests.postmortems.conftest import write

pytestmark = [pytest.mark.django_db(transaction=True), once]


@pytest.fixture
def document(world):
    write(world.published, "summary", "Cards timed out.\n\nNobody was charged twice.", by=world.alice)
    return world.published


@pytest.fixture
def editor(window, document):
    """editor("alice") is alice's window with the summary open."""

    def open_editor(name):
        own = window(name)
        own.page.goto(document.get_absolute_url())
        own.page.locator("#summary").get_by_role("link", name="Edit Summary").click()
        own.page.locator("#id_summary_text").wait_for()
        return own

    return open_editor


def texts(document):
    rows = SectionRevision.objects.filter(section__postmortem=document, section__slug="summary")
    return list(rows.order_by("version").values_list("body", flat=True))


def test_two_people_edit_one_section_at_once_and_both_changes_stand(editor, document):
    alice, bob = editor("alice"), editor("bob")
    bob.trouble.expected = {412}
    alice.page.locator("#id_summary_text").fill("Cards timed out for 41 min.\n\nNobody was charged twice.")
    alice.page.locator("#id_summary_text").blur()
    alice.page.get_by_text("Draft saved").wait_for()
    bob.page.locator("#id_summary_text").fill("Cards timed out.\n\nNo customer was charged twice.")
    bob.page.locator("#id_summary_text").blur()
    bob.page.get_by_text("Alice is writing this section").wait_for()
    for own in (alice, bob):
        own.page.get_by_role("button", name="Save section").click()
    bob.page.get_by_text("Alice saved this section while you were writing").wait_for()
    bob.page.get_by_role("button", name="Save both changes").click()
    expect(bob.page.locator("#id_summary_text")).to_have_count(0)
    assert texts(document)[-1] == "Cards timed out for 41 min.\n\nNo customer was charged twice."
    assert not SectionDraft.objects.exists()


def test_what_was_typed_is_there_again_after_the_session_ended(editor):
    own = editor("alice")
    page = own.page
    page.locator("#id_summary_text").fill("Typed in a session that had ended.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save section").click()
    page.get_by_label("E-mail").fill("alice@ballast.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#id_summary_text")).to_have_value("Typed in a session that had ended.")
    page.get_by_role("button", name="Save section").click()
    expect(page.locator("#id_summary_text")).to_have_count(0)
    page.locator("#summary .prose").get_by_text("Typed in a session that had ended.").wait_for()
    assert (
        page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ballast:typed')).length") == 0
    )


def test_a_save_whose_answer_was_lost_is_sent_again_saved_once_and_kept_until_it_is(editor, document):
    own, asked = editor("alice"), []

    def lose_the_first(route):
        asked.append(route.request.post_data)
        if len(asked) == 1:  # the server saves, and its answer never arrives
            route.fetch()
            route.abort("connectionreset")
        elif len(asked) == 2:
            route.fulfill(status=429)
        else:
            route.continue_()

    before, own.trouble.expected = len(texts(document)), {429}
    own.page.route("**/sections/summary/edit/", lose_the_first)
    own.page.locator("#id_summary_text").fill("Saved once, whatever the network did.")
    save = own.page.get_by_role("button", name="Save section")
    with own.page.expect_event("requestfinished", lambda it: it.response().status == 429):
        save.click()
    own.settle()
    kept = "Object.entries(localStorage).filter(([key]) => key.startsWith('ballast:typed'))"
    [(key, copy)] = own.page.evaluate(kept)
    save.click()
    expect(own.page.locator("#id_summary_text")).to_have_count(0)
    own.page.locator("#summary .prose").get_by_text("Saved once, whatever the network did.").wait_for()
    assert (len(asked), own.page.evaluate(kept)) == (3, [])
    own.page.evaluate(
        "([key, copy]) => localStorage.setItem(key, copy)", [key, copy]
    )  # of a tab that was closed
    own.page.locator("#summary").get_by_role("link", name="Edit Summary").click()
    expect(own.page.locator("#id_summary_text")).to_have_value("Saved once, whatever the network did.")
    own.page.wait_for_function(f"() => !{kept}.length")
    assert len(texts(document)) == before + 1
    expected = ("ERR_CONNECTION_RESET", "htmx:sendError", "htmx:afterRequest", "Error Code 429")
    own.trouble.found = [line for line in own.trouble.found if not any(each in line for each in expected)]
