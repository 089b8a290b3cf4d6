"""Columns by state: the same rows as the list, no longer than anybody reads, moved by the steps of each item."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.action_items.board import COLUMN_SIZE, USUAL, board_of
from apps.action_items.filters import BoardFilter
from apps.action_items.models import ActionItem
from apps.core.counting import count_each, up_to
from tests.factories import make_action_item, make_incident, make_service

pytestmark = pytest.mark.django_db
URL = "/action-items/board/"
TODAY = timezone.localdate


def columns(answer):
    return {each.label: [item.title for item in each.rows] for each in answer.context["board"].columns}


def test_items_stand_in_the_column_of_their_state_and_the_filter_is_that_of_the_list(
    web, alice, bob, payments
):
    make_action_item(title="soon", owner=bob, team=payments, due_on=TODAY())
    make_action_item(title="late", owner=bob, due_on=TODAY() - timedelta(days=3))
    make_action_item(title="idea", status="proposed", due_on=None)
    make_action_item(title="given up", status="wont_do")
    answer = web(alice).get(URL)
    assert columns(answer) == {
        "Proposed": ["idea"],
        "Open": ["late", "soon"],
        "In progress": [],
        "Blocked": [],
        "Done": [],
        "Verified": [],
    }
    page = answer.content.decode()
    assert "3 days overdue" in page
    assert "1 won’t do" in page
    assert columns(web(alice).get(f"{URL}?team=mine&status=open")) == {"Open": ["soon"]}
    assert columns(web(alice).get(f"{URL}?status=wont_do")) == {"Won’t do": ["given up"]}
    assert "Clear all filters" not in page


def test_whatever_is_chosen_in_a_filter_the_board_holds_as_many_as_the_list(rf, alice, payments):
    make_action_item(title="plan", team=payments, due_on=None, status="proposed")
    make_action_item(title="late", kind="detect", due_on=TODAY() - timedelta(days=3))
    request, rows = rf.get(URL), ActionItem.objects.visible_to(alice)
    request.user, every = alice, {}
    for name, each in BoardFilter.base_filters.items():
        for value, _ in each.extra.get("choices", ()):
            found = BoardFilter(QueryDict(f"{name}={value}"), queryset=rows, request=request).qs
            every[name, value] = board_of(found, rows.on_cards(), list(USUAL)).found == found.count()
    assert len(every) > 40
    assert not [chosen for chosen, is_same in every.items() if not is_same]


def test_a_column_ends_with_how_many_more_there_are(web, alice):
    for _ in range(COLUMN_SIZE + 3):
        make_action_item()
    column = next(each for each in web(alice).get(URL).context["board"].columns if each.status == "open")
    assert (len(column.rows), column.count, column.more) == (COLUMN_SIZE, "18", "3")
    assert f'href="/action-items/?status=open">{column.more} more' in web(alice).get(URL).content.decode()


def test_a_board_costs_the_same_however_much_is_on_it(web, alice, bob, payments):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    def make():
        for status in ("open", "blocked", "proposed", "done"):
            kw = {"owner": bob, "team": payments, "service": make_service(), "incident": make_incident()}
            make_action_item(status=status, priority=0, **kw)  # of which it matters who did it

    client = web(alice)
    make()
    few = cost()
    for _ in range(4):
        make()
    assert cost() == few <= (14 if connection.vendor == "postgresql" else 19)


def test_a_card_offers_the_legal_steps_and_leads_back_to_the_board(web, bob, charlie, promised):
    client, address = web(bob), f"{URL}?owner=me"
    page = client.get(address).content.decode()
    for to in ("in_progress", "done", "blocked", "wont_do", "duplicate"):
        assert f'data-move="{to}"' in page
    assert 'data-move="verified"' not in page
    assert "data-move" not in web(charlie).get(URL).content.decode()
    moved = client.post(f"/action-items/{promised.key}/move/in_progress/", {"next": address})
    assert moved["Location"] == address
    form = f"/action-items/{promised.key}/move/blocked/?next={address}"
    assert client.post(form, {"reason": "The vendor answers late"})["Location"] == address
    assert ActionItem.objects.get().status == "blocked"
    assert columns(client.get(address))["Blocked"] == [promised.title]


def test_what_is_hidden_is_not_on_the_board(web, alice, root, secret):
    make_action_item(title="ZEBRA item", incident=secret, by=root)
    assert "ZEBRA" not in web(alice).get(URL).content.decode()
    assert columns(web(root).get(URL))["Open"] == ["ZEBRA item"]


def test_numbers_are_counted_no_further_than_anybody_reads(alice):
    for _ in range(4):
        make_action_item(by=alice)
    rows = {"all": ActionItem.objects.all(), "blocked": ActionItem.objects.none()}
    counted = count_each(rows, most=2)
    assert counted == {"all": 3, "blocked": 0}
    assert [up_to(count, 2) for count in (*counted.values(), 2)] == ["2+", "0", "2"]
