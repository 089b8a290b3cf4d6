"""Pages of the API by position: every row once, forwards and backwards, however many share a value."""

import json
from base64 import urlsafe_b64encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.services.models import Service
from tests.factories import make_action_item

MANY = 1_105  # DRF's own cursor gives up at a thousand rows with one value
URL = "/api/v1/services/"


@pytest.fixture
def catalogue(payments):
    rows = [Service(slug=f"s-{n}", name=f"Service {n}", tier=2, owner_team=payments) for n in range(MANY)]
    Service.objects.bulk_create(rows)


def pages(client, url, way="next"):
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        yield answer.json()
        url = answer.json()[way]


def cursor(*parts):
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize("order", ["tier", "-tier"])
def test_a_thousand_rows_of_one_value_are_paged_once_each_in_both_directions(catalogue, alice, api, order):
    client = api(alice)
    forwards = list(pages(client, f"{URL}?sort={order}&page_size=200"))
    slugs = [row["slug"] for page in forwards for row in page["results"]]
    assert len(slugs) == len(set(slugs)) == MANY
    assert forwards[0]["previous"] is None
    back = list(pages(client, forwards[-1]["previous"], way="previous"))
    assert [page["results"] for page in back] == [page["results"] for page in forwards[-2::-1]]
    assert back[0]["next"]


def test_keys_that_run_both_ways_are_paged_in_their_order(alice, api):
    items = [make_action_item(owner=alice, by=alice, priority=n % 2) for n in range(7)]
    expected = [item.key for item in sorted(items, key=lambda item: (item.priority, -item.number))]
    found = list(pages(api(alice), "/api/v1/action-items/?sort=priority,-number&page_size=2"))
    assert [row["key"] for page in found for row in page["results"]] == expected
    back = list(pages(api(alice), found[-1]["previous"], way="previous"))
    assert [row["key"] for page in back[::-1] for row in page["results"]] == expected[:-1]


def test_a_row_that_is_gone_or_new_moves_no_other_across_a_page(catalogue, alice, payments, api):
    first = api(alice).get(f"{URL}?sort=tier&page_size=5").json()
    Service.objects.filter(slug__in=["s-4", "s-1"]).delete()
    Service.objects.create(slug="aaa", name="AAA", tier=0, owner_team=payments)
    second = api(alice).get(first["next"]).json()
    assert [row["slug"] for row in second["results"]] == ["s-5", "s-6", "s-7", "s-8", "s-9"]


def test_a_deep_page_reads_the_index_from_its_middle(catalogue, alice, api):
    *_, last = pages(api(alice), f"{URL}?sort=tier&page_size=200")
    with CaptureQueriesContext(connection) as queries:
        api(alice).get(last["previous"])
    page = next(query["sql"] for query in queries if '"services_service"."tier", ' in query["sql"])
    assert "OFFSET" not in page


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "bm90IGEgY3Vyc29y",
        cursor(),
        cursor(0),
        cursor(0, 2),
        cursor(0, 2, 5, 7),
        cursor(0, "two", 5),
        cursor(0, 2, 10**30),
        cursor(0, None, 5),
        cursor(0, [2], {"pk": 5}),
        urlsafe_b64encode(b"[0, Infinity, 5]").decode(),
        urlsafe_b64encode(b"[" * 5000).decode(),
        cursor(0, 2, 5) + "é",
    ],
)
def test_a_cursor_that_was_never_given_out_is_not_found(checkout, alice, api, text):
    answer = api(alice).get(URL, {"sort": "tier", "cursor": text})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 10_000])
def test_a_cursor_with_a_text_that_no_database_keeps_is_not_found(checkout, alice, api, name):
    answer = api(alice).get(URL, {"sort": "name", "cursor": cursor(0, name, 5)})
    assert answer.status_code == 404
