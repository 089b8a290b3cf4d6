"""What every list promises, for all of them: the same walls, the same filters, the same order through both doors."""

from copy import deepcopy

import pytest
from django.db import transaction

from tests.halves import half
from tests.lists import MANY, exported, listed, make_cast, names, reader_of
from tests.security.resources import RESOURCES

WITH_API = [resource for resource in RESOURCES if resource.api]


@pytest.fixture(scope="module")
def standing(resource, django_db_setup, django_db_blocker):
    """The rows of a resource are made once for all that is asked of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        for n in range(MANY):
            resource.make(cast, n)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def cast(standing, db):
    return deepcopy(standing)


@pytest.fixture
def reader(resource, cast):
    return reader_of(resource, cast)


every = pytest.mark.parametrize("resource", RESOURCES, ids=str, scope="module")
every_other = pytest.mark.parametrize("resource", half(RESOURCES), ids=str, scope="module")
each_with_api = pytest.mark.parametrize("resource", WITH_API, ids=str, scope="module")


@every
def test_who_belongs_nowhere_sees_what_everybody_may_see(resource, cast, web, api):
    assert web(cast.charlie).get(resource.web).status_code == resource.stranger
    if resource.api:
        assert api(cast.charlie).get(resource.api).status_code == resource.stranger


@each_with_api
def test_web_and_api_find_the_same_rows_for_the_same_filter(resource, reader, web, api):
    for query in ("", *resource.queries):
        through_web = names(exported(web(reader), resource, query), resource.column)
        through_api = names(listed(api(reader), resource, query), resource.name)
        assert sorted(through_web) == sorted(through_api), query


@every
def test_a_filter_narrows_the_page_as_it_narrows_the_export(resource, reader, web):
    for query in resource.queries:
        answer = web(reader).get(f"{resource.web}?{query}")
        assert answer.context["page_obj"].paginator.count == len(exported(web(reader), resource, query)), (
            query
        )


@every_other
def test_htmx_gets_the_table_alone(resource, reader, web):
    whole = web(reader).get(resource.web)
    table = web(reader).get(resource.web, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in table.content
    assert "HX-Request" in table["Vary"]


def orders_of(resource):
    return [key for key, _ in resource.filters.base_filters["sort"].field.choices if key]


@every
def test_every_order_that_is_offered_works_on_the_page(resource, reader, web):
    for order in orders_of(resource):
        assert web(reader).get(f"{resource.web}?sort={order}").status_code == 200, order


@each_with_api
def test_every_order_pages_through_all_rows_once_and_backwards(resource, reader, api):
    for order in (key for key in orders_of(resource) if not key.startswith("-")):
        up, down = (
            names(listed(api(reader), resource, f"sort={way}{order}"), resource.name) for way in ("", "-")
        )
        assert len(up) == len(set(up)) >= MANY
        assert up == down[::-1], order


@every_other
def test_a_page_that_does_not_exist_shows_the_nearest(resource, reader, web):
    for page in ("2", "99999", "0", "-1", "x", "1e9"):
        assert web(reader).get(resource.web, {"page": page}).status_code == 200


@each_with_api
def test_a_page_is_never_larger_than_two_hundred_rows(resource, reader, api):
    assert len(api(reader).get(resource.api, {"page_size": "1000000000"}).json()["results"]) <= 200
    assert api(reader).get(resource.api, {"cursor": "bm90IGEgY3Vyc29y"}).status_code in {200, 404}
