from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.engines import is_postgres, on_one_processor
from apps.core.prepared import Given, Prepared, PreparedObjects
from apps.incidents.models import TimelineEntry
from apps.incidents.operations import add_entry
from tests.factories import make_incident

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
COLUMNS = ("uuid", "body", "at", "edited_at", "is_starred", "author__slug", "came_with__key")


def newest(incident):
    return TimelineEntry.objects.filter(incident=incident).order_by("-at", "-pk").values_list(*COLUMNS)[:3]


@pytest.fixture
def told(alice):
    """Two incidents, the first with more entries than are asked for."""
    outage = make_incident(by=alice)
    for number in range(4):
        add_entry(outage, body=f'{number} % of it\'s "cards"', by=alice, now=NOW)
    return [outage, make_incident(by=alice)]


def test_a_prepared_statement_answers_as_the_queryset_does_for_every_value(told):
    prepared = Prepared(newest)
    for incident in (*told, *told):
        assert prepared.rows(incident.pk) == list(newest(incident.pk))
    assert prepared.rows(0) == []
    assert len(prepared.rows(told[0].pk)) == 3


def test_it_makes_rows_of_the_model_and_of_what_is_joined_to_them(told, django_assert_num_queries):
    def last(incident):
        return TimelineEntry.objects.filter(incident=incident).order_by("-at", "-pk")[:2]

    prepared = PreparedObjects(last, joined=["author", "came_with"])
    for incident in told:
        expected = list(last(incident.pk))
        with django_assert_num_queries(1):
            found = prepared.objects(incident.pk)
            assert [(row.author.name, row.came_with) for row in found] == [("Alice", None)] * len(expected)
        fields = [field.attname for field in TimelineEntry._meta.concrete_fields]
        assert [[getattr(row, name) for name in fields] for row in found] == [
            [getattr(row, name) for name in fields] for row in expected
        ]
        assert not any(row._state.adding for row in found)


def test_it_is_put_together_once(told):
    built = []
    prepared = Prepared(lambda value: built.append(value) or newest(value))
    with CaptureQueriesContext(connection) as queries:
        for incident in told:
            prepared.rows(incident.pk)
    assert len(queries) == 2
    assert [type(value) for value in built] == [Given]


@pytest.mark.django_db(transaction=True)  # another thread has another connection
def test_threads_share_it(told):
    prepared = Prepared(newest)
    expected = list(newest(told[0].pk))

    def ask(_number):
        try:
            return prepared.rows(told[0].pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(ask, range(6))) == [expected] * 6


def test_what_is_asked_cannot_change_the_statement(told):
    prepared = Prepared(lambda body: TimelineEntry.objects.filter(body=body).values_list("incident__key"))
    body = '0 % of it\'s "cards"'
    assert prepared.rows(body) == [(told[0].key,)]
    assert prepared.rows("' OR ''='") == []


def test_on_one_processor_no_workers_are_asked_for():
    with CaptureQueriesContext(connection) as queries, on_one_processor():
        if is_postgres():
            with connection.cursor() as cursor:
                cursor.execute("SHOW max_parallel_workers_per_gather")
                assert cursor.fetchone() == ("0",)
    assert len(queries) == (2 if is_postgres() else 0)
