"""What every list promises, for all of them: the same walls, the same filters, the same price."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.halves import half
from tests.security.resources import RESOURCES

MANY = 12
WITH_API = [resource for resource in RESOURCES if resource.api]


@pytest.fixture
def cast(alice, bob, charlie, root, ada, payments, checkout):
    class Cast:
        pass

    for person in (alice, bob, charlie, root, ada, payments, checkout):
        setattr(Cast, person.slug, person)
    return Cast


@pytest.fixture
def reader(resource, cast):
    """Somebody who sees all rows that `make` makes."""
    return cast.root if resource.stranger == 404 else cast.alice


@pytest.fixture
def rows(resource, cast):
    for n in range(MANY):
        resource.make(cast, n)


every = pytest.mark.parametrize("resource", RESOURCES, ids=str)
every_other = pytest.mark.parametrize("resource", half(RESOURCES), ids=str)
each_with_api = pytest.mark.parametrize("resource", WITH_API, ids=str)


def exported(client, resource, query=""):
    answer = client.get(f"{resource.web}?format=csv&{query}")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def listed(client, resource, query=""):
    """Every row of the API, through all pages."""
    found, url = [], f"{resource.api}?page_size=5&{query}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        url = answer.json()["next"]
    return found


def names(rows, column):
    return [row[column].replace("+00:00", "Z") for row in rows]


@every
def test_strangers_are_turned_away(resource, web, api, db):
    assert web().get(resource.web).status_code == 302
    if resource.api:
        answer = api().get(resource.api)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")


@every
def test_who_belongs_nowhere_sees_what_everybody_may_see(resource, rows, cast, web, api):
    assert web(cast.charlie).get(resource.web).status_code == resource.stranger
    if resource.api:
        assert api(cast.charlie).get(resource.api).status_code == resource.stranger


@each_with_api
def test_web_and_api_find_the_same_rows_for_the_same_filter(resource, rows, reader, web, api):
    for query in ("", *resource.queries):
        through_web = names(exported(web(reader), resource, query), resource.column)
        through_api = names(listed(api(reader), resource, query), resource.name)
        assert sorted(through_web) == sorted(through_api), query


@every
def test_a_filter_narrows_the_page_as_it_narrows_the_export(resource, rows, reader, web):
    for query in resource.queries:
        answer = web(reader).get(f"{resource.web}?{query}")
        assert answer.context["page_obj"].paginator.count == len(exported(web(reader), resource, query)), (
            query
        )


@every_other
def test_htmx_gets_the_table_alone(resource, rows, reader, web):
    whole = web(reader).get(resource.web)
    table = web(reader).get(resource.web, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in table.content
    assert "HX-Request" in table["Vary"]


@each_with_api
def test_an_unknown_or_hidden_filter_is_refused_by_name(resource, reader, api):
    for name in (
        "x",
        "owner__password__startswith",
        "title__regex",
        "__proto__",
        "ordering",
        "created_by__email",
    ):
        answer = api(reader).get(resource.api, {name: "p"})
        assert answer.status_code == 400
        assert name in answer.json()["errors"]


@each_with_api
def test_an_order_that_is_not_offered_is_refused(resource, reader, api):
    for order in ("password", "-created_by__email", "pk", "?", "name;--", "version"):
        assert api(reader).get(resource.api, {"sort": order}).status_code == 400


@every
def test_a_list_costs_as_much_for_twelve_rows_as_for_one(resource, cast, reader, web, api):
    resource.make(cast, 0)
    before = prices(resource, reader, web, api)
    for n in range(1, MANY):
        resource.make(cast, n)
    assert prices(resource, reader, web, api) == before


def prices(resource, reader, web, api):
    browser = web(reader)
    browser.get(resource.web)  # once for what is read once
    found = {
        "page": price(lambda: browser.get(resource.web)),
        "csv": price(lambda: exported(browser, resource)),
    }
    for size in (5, 50) if resource.api else ():
        address = f"{resource.api}?page_size={size}"
        found[address] = price(lambda address=address: api(fresh(reader)).get(address))
    return found


def price(ask):
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def fresh(user):
    return type(user).objects.get(pk=user.pk)


@every_other
def test_a_list_without_rows_says_so(resource, reader, web):
    answer = web(reader).get(f"{resource.web}?q=nothing+of+this+name")
    assert answer.context["page_obj"].paginator.count == 0
    assert b"-----" not in answer.content  # a filter that is not used says Any
    assert b"empty" in answer.content
    if not resource.is_never_empty:
        first = web(reader).get(resource.web)
        assert first.context["page_obj"].paginator.count == 0
        assert b"empty" in first.content


def orders_of(resource):
    return [key for key, _ in resource.filters.base_filters["sort"].field.choices if key]


@every
def test_every_order_that_is_offered_works_on_the_page(resource, rows, reader, web):
    for order in orders_of(resource):
        assert web(reader).get(f"{resource.web}?sort={order}").status_code == 200, order


@every
def test_no_order_goes_by_a_column_that_may_be_empty(resource):
    """The two databases put what is empty at opposite ends, and a page cannot begin behind nothing."""
    fields = {field.name: field for field in resource.filters._meta.model._meta.get_fields()}
    names = resource.filters.base_filters["sort"].param_map
    assert [name for name in names if name in fields and fields[name].null] == []


@each_with_api
def test_every_order_pages_through_all_rows_once_and_backwards(resource, rows, reader, api):
    for order in (key for key in orders_of(resource) if not key.startswith("-")):
        up, down = (
            names(listed(api(reader), resource, f"sort={way}{order}"), resource.name) for way in ("", "-")
        )
        assert len(up) == len(set(up)) >= MANY
        assert up == down[::-1], order


@every_other
def test_a_page_that_does_not_exist_shows_the_nearest(resource, rows, reader, web):
    for page in ("2", "99999", "0", "-1", "x", "1e9"):
        assert web(reader).get(resource.web, {"page": page}).status_code == 200


@each_with_api
def test_a_page_is_never_larger_than_two_hundred_rows(resource, rows, reader, api):
    assert len(api(reader).get(resource.api, {"page_size": "1000000000"}).json()["results"]) <= 200
    assert api(reader).get(resource.api, {"cursor": "bm90IGEgY3Vyc29y"}).status_code in {200, 404}
