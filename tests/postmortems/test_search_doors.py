import pytest
from django.urls import reverse

from apps.incidents.operations import add_entry
from apps.postmortems.operations import draft_postmortem, index_postmortems
from tests.factories import make_incident
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/postmortems/search/"


@pytest.fixture
def lease(draft, alice):
    write(draft, "factors", "The lease lapsed: <b>two</b> writers at once.", by=alice)
    return draft


def test_the_page_shows_best_lines_facets_and_where_more_is(lease, web, alice):
    page = web(alice).get("/postmortems/search/?q=lapsing+writer").content.decode()
    assert "The lease <mark>lapsed</mark>: &lt;b&gt;two&lt;/b&gt; <mark>writers</mark> at once." in page
    assert 'href="/postmortems/search/?q=lapsing+writer&amp;service=checkout"' in page
    narrowed = web(alice).get("/postmortems/search/?q=lease&service=checkout&severity=2").content.decode()
    assert lease.get_absolute_url() in narrowed
    assert "chosen: take away" in narrowed
    none = web(alice).get("/postmortems/search/?q=lease&severity=4").content.decode()
    assert "No postmortem answers" in none
    assert "Take the filters away" in none
    assert (
        "Write a quarter like this" in web(alice).get("/postmortems/search/?q=a&quarter=x").content.decode()
    )
    assert web(alice).get("/postmortems/search/?q=the").context["hits"] == []


def test_both_search_pages_put_a_misspelt_word_right_and_say_so(lease, web, alice):
    for address in ("/postmortems/search/?q=leese", "/search/?q=leese"):
        page = web(alice).get(address).content.decode()
        assert "Nothing answers to “leese”" in page
        assert "<strong>lease</strong>" in page
        assert lease.get_absolute_url() in page


def test_a_program_gets_lines_in_pieces_facets_and_pages(lease, outage, api, alice, now):
    answer = api(alice).get(ADDRESS, {"q": "lease"}).json()
    assert (answer["count"], answer["is_capped"], answer["corrected_to"], answer["pages"]) == (
        1,
        False,
        None,
        1,
    )
    hit = answer["results"][0]
    assert (hit["key"], hit["severity"], hit["services"], hit["timeline_of"]) == (
        lease.key,
        2,
        ["checkout"],
        "",
    )
    assert {"text": "lease", "is_match": True} in hit["snippet"]
    assert answer["facets"]["service"] == [{"value": "checkout", "label": "Checkout", "count": 1}]
    add_entry(outage, body="Escalated to the vendor", by=alice, now=now)
    assert api(alice).get(ADDRESS, {"q": "vendor"}).json()["results"][0]["timeline_of"] == outage.key
    assert api(alice).get(ADDRESS, {"q": "leese"}).json()["corrected_to"] == "lease"
    assert api(alice).get(ADDRESS, {"q": "lease", "severity": "3"}).json()["results"] == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "q"),
        ({"q": " "}, "q"),
        ({"q": "a" * 201}, "q"),
        ({"q": "a", "severity": "9"}, "severity"),
        ({"q": "a", "quarter": "2026-Q5"}, "quarter"),
        ({"q": "a", "sort": "number"}, "sort"),
    ],
)
def test_what_a_program_asks_wrongly_is_named(lease, api, alice, asked, field):
    answer = api(alice).get(ADDRESS, asked)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_page_that_is_not_there_is_not_found(lease, api, alice):
    for number in ("2", "0", "-1", "x", "9" * 50):
        assert api(alice).get(ADDRESS, {"q": "lease", "page": number}).status_code == 404


def test_a_search_costs_as_much_for_twelve_hits_as_for_one(
    lease, checkout, api, alice, now, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as one:
        api(alice).get(ADDRESS, {"q": "lease"})
    for n in range(11):
        row = draft_postmortem(
            [make_incident(services=[checkout], by=alice)], title=f"Lease {n}", now=now, by=alice
        )
        index_postmortems([row.pk])
    alice = type(alice).objects.get(pk=alice.pk)
    with django_assert_max_num_queries(len(one)):
        assert len(api(alice).get(ADDRESS, {"q": "lease"}).json()["results"]) == 12


def test_the_list_filters_by_the_same_words(lease, web, alice):
    found = web(alice).get(reverse("postmortems:list"), {"q": "lapsing -nothing"})
    assert [row.key for row in found.context["rows"]] == [lease.key]
    assert list(web(alice).get(reverse("postmortems:list"), {"q": "lapsing -lease"}).context["rows"]) == []
