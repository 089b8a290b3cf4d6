"""Similar incidents with what was promised after them, on the page and while an incident is typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_action_item, make_incident

pytestmark = pytest.mark.django_db
PAGE = "/action-items/similar/"
HTMX = {"HX-Request": "true"}


def text_of(client, **query):
    answer = client.get(PAGE, query, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def before(alice, checkout):
    return make_incident(title="Card payments time out in the evening", services=[checkout], by=alice)


@pytest.fixture
def now(alice, checkout):
    return make_incident(services=[checkout], by=alice)


def test_each_comes_with_its_reasons_and_with_what_is_not_verified(web, bob, alice, before, now):
    for status in ("proposed", "blocked", "done", "verified", "wont_do"):
        make_action_item(title=f"It is {status}", status=status, incident=before, by=alice)
    text = text_of(web(bob), incident=now.key)
    assert before.title in text
    assert "Same service: checkout" in text
    assert "Shared words: card, payments, time" in text
    assert [
        status
        for status in ("proposed", "blocked", "done", "verified", "wont_do")
        if f"It is {status}" in text
    ] == [
        "proposed",
        "blocked",
        "done",
    ]


def test_they_show_while_title_and_services_are_typed(web, bob, before, checkout):
    assert before.title in text_of(web(bob), title="Payments time out")
    assert before.title in text_of(web(bob), services=[checkout.slug])
    assert "No past incident is like it" in text_of(web(bob), title="Quagga")
    assert "Type what people notice" in text_of(web(bob))
    for odd in ("x", "-1", "9" * 30, "²"):
        assert before.title not in text_of(web(bob), services=[odd])


def test_it_is_a_page_of_its_own_without_script_and_linked_from_the_incident(web, bob, before, now):
    page = web(bob).get(PAGE, {"incident": now.key}).content.decode()
    assert "<h1" in page
    assert before.title in page
    assert f'href="{PAGE}?incident={now.key}"' in web(bob).get(now.get_absolute_url()).content.decode()


def test_neither_private_incidents_nor_their_promises_show_to_others(web, bob, root, alice, checkout, now):
    hidden = make_incident(
        title="Card payments time out ZEBRA", services=[checkout], by=root, is_private=True
    )
    make_action_item(title="QUAGGA", incident=hidden, by=root)
    assert "QUAGGA" in text_of(web(root), incident=now.key)
    for query in ({"incident": now.key}, {"title": "ZEBRA"}):
        text = text_of(web(bob), **query)
        assert hidden.key not in text
        assert "rows small similar" not in text
    assert web(bob).get(PAGE, {"incident": hidden.key}).status_code == 404


def test_it_costs_the_same_for_one_and_for_five(web, bob, alice, checkout, now):
    client = web(bob)

    def price():
        with CaptureQueriesContext(connection) as queries:
            text_of(client, incident=now.key)
        return len(queries)

    make_action_item(incident=make_incident(services=[checkout], by=alice), by=alice)
    price()  # once for what is read once in five minutes
    one = price()
    for _ in range(5):
        incident = make_incident(services=[checkout], by=alice)
        make_action_item(incident=incident, by=alice, owner=bob)
        make_action_item(incident=incident, by=alice, owner=alice)
    assert price() == one
