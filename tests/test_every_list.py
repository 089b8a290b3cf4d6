"""What every list promises before it has rows, and while it gets them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.halves import half
from tests.lists import MANY, exported, make_cast, reader_of
from tests.security.resources import RESOURCES

WITH_API = [resource for resource in RESOURCES if resource.api]


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def reader(resource, cast):
    return reader_of(resource, cast)


every = pytest.mark.parametrize("resource", RESOURCES, ids=str)
every_other = pytest.mark.parametrize("resource", half(RESOURCES), ids=str)
every_other_with_api = pytest.mark.parametrize("resource", half(WITH_API), ids=str)


@every
def test_strangers_are_turned_away(resource, web, api, db):
    assert web().get(resource.web).status_code == 302
    if resource.api:
        answer = api().get(resource.api)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")


@every_other_with_api
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


@every_other_with_api
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


@every
def test_no_order_goes_by_a_column_that_may_be_empty(resource):
    """The two databases put what is empty at opposite ends, and a page cannot begin behind nothing."""
    fields = {field.name: field for field in resource.filters._meta.model._meta.get_fields()}
    names = resource.filters.base_filters["sort"].param_map
    assert [name for name in names if name in fields and fields[name].null] == []
