"""Fields that follow one another: a slow server does not undo what somebody has typed."""

import pytest
from playwright.sync_api import expect

from tests.halves import once

pytestmark = [once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(window, world):
    own = window("alice")
    own.page.goto(f"{world.published.get_absolute_url()}action-items/new/")
    return own.page


@pytest.fixture
def held(form):
    """Requests for the usual date that wait for their answers."""
    waiting = []
    form.route("**/usual-date/**", lambda route: waiting.append(route))
    return waiting


def test_a_typed_date_outlives_the_late_answer_about_the_usual_one(form, held):
    form.get_by_label("Priority").select_option("P1")
    form.wait_for_function("() => document.querySelector('.htmx-request')")
    form.get_by_label("Due").fill("2027-03-01")
    with form.expect_response("**/usual-date/**"):
        held.pop().continue_()
    form.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")
    expect(form.get_by_label("Due")).to_have_value("2027-03-01")


def test_an_untouched_date_follows_the_priority(form):
    usual = form.get_by_label("Due").input_value()
    form.get_by_label("Priority").select_option("P0")
    expect(form.get_by_label("Due")).not_to_have_value(usual)
