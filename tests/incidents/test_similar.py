"""Which incidents are like one, why, and for whose eyes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.engines import Among, is_postgres, reading
from apps.incidents.models import Incident
from apps.incidents.similarity import most_similar, similar_to, traits_of
from apps.incidents.words import stem, stems
from apps.services.models import Tag
from tests.factories import make_incident, make_service

pytestmark = pytest.mark.django_db


def told(found):
    return [
        (one.incident.key, one.score, [(why.kind, why.names, why.points) for why in one.reasons])
        for one in found
    ]


def test_words_are_the_same_whatever_ending_they_have():
    for one, other in (
        ("payments", "Payment"),
        ("timing", "times"),
        ("time", "timed"),
        ("failing", "fails"),
        ("query", "queries"),
        ("services", "service"),
        ("process", "processes"),
    ):
        assert stem(one.lower()) == stem(other.lower())
    assert list(stems("The API answers with 500 for 7 of the CARDS in eu-west").values()) == [
        "api",
        "answers",
        "500",
        "cards",
        "eu",
        "west",
    ]
    assert stems("the of a 7") == {}
    assert len(stems(" ".join(f"word{n}" for n in range(99)))) == 24


def test_each_reason_is_told_with_its_points(alice, checkout, noon):
    ledger = make_service(slug="ledger")
    cards, retries = (Tag.objects.create(name=name) for name in ("cards", "retries"))
    before = make_incident(title="Card payment times out in eu-west", services=[checkout, ledger], by=alice)
    before.tags.set([cards])
    now = make_incident(title="Card payments time out", services=[checkout], by=alice)
    now.tags.set([cards, retries])
    # words: card, payment, tim of (card, payment, tim) and (card, payment, tim, eu, west) = 2 × 3 / 8 of 40
    reasons = [
        ("service", ["checkout"], 40),
        ("tag", ["cards"], 20),
        ("words", ["card", "payment", "times"], 30),
    ]
    assert told(similar_to(now, to=alice)) == [(before.key, 90, reasons)]


def test_the_five_best_come_first_and_equal_ones_newest_first(alice, checkout):
    rows = [make_incident(title="Refunds are booked twice", services=[checkout], by=alice) for _ in range(5)]
    other = make_incident(title="Refunds are late", by=alice)
    best = make_incident(title="Refund file booked twice by the evening run", services=[checkout], by=alice)
    found = similar_to(best, to=alice)
    assert [one.incident.pk for one in found] == [row.pk for row in reversed(rows)]
    assert other.key in [one.incident.key for one in similar_to(best, to=alice, limit=20, min_score=0)]
    assert other.key not in [one.incident.key for one in similar_to(best, to=alice, limit=20)]
    assert len(similar_to(best, to=alice, limit=2)) == 2


def test_one_word_is_enough_where_there_are_few_incidents_and_the_database_has_counted_their_words(
    alice, monkeypatch
):
    monkeypatch.setattr(reading, "_KNOWN", {})
    late, twice = (make_incident(title=title, by=alice) for title in ("Refunds are late", "Charged twice"))
    for title in ("Refunds", "Refund file", "Cards", "Charged"):
        make_incident(title=title, by=alice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident" if is_postgres() else "ANALYZE")
    rows = Incident.objects.filter(pk__in=[late.pk, twice.pk])
    found = most_similar(traits_of("Refund paid twice"), rows)
    assert [one.incident.pk for one in found] == [twice.pk, late.pk]


def test_nothing_shared_is_not_similar_and_exercises_are_not_compared(alice, checkout):
    make_incident(title="Search is empty", services=[make_service()], by=alice)
    for kind, status in (
        ("drill", "closed"),
        ("test", "closed"),
        ("real", "merged"),
        ("real", "declined"),
        ("real", "cancelled"),
    ):
        make_incident(title="Card payments time out", services=[checkout], by=alice, kind=kind, status=status)
    assert similar_to(make_incident(services=[checkout], by=alice), to=alice) == []
    assert most_similar(traits_of(""), Incident.objects.visible_to(alice)) == []


def test_private_incidents_are_similar_only_for_those_who_see_them(alice, root, bob, checkout, secret):
    open_one = make_incident(title="ZEBRA rows in a file", services=[checkout], by=alice)
    assert similar_to(open_one, to=bob) == []
    assert [one.incident.key for one in similar_to(open_one, to=root)] == [secret.key]


def test_those_one_may_not_see_take_no_place_from_those_one_may(alice, root, checkout):
    seen = make_incident(title="Card payments time out", services=[checkout], by=alice)
    for _ in range(120):
        make_incident(title="Card payments time out", services=[checkout], by=root, is_private=True)
    assert [
        one.incident.pk for one in similar_to(make_incident(services=[checkout], by=alice), to=alice)
    ] == [seen.pk]


@pytest.mark.parametrize(
    "title",
    ["' OR 1=1 --", "a:* & !b | (c)", "100% of \\ _x_", "ÜBER größe", "x" * 200, "日本語 の 障害", "½ ² ⅷ 5"],
)
def test_no_title_breaks_the_search(alice, title):
    other = make_incident(title=title, by=alice)
    incident = make_incident(title=title, by=alice)
    found = similar_to(incident, to=alice)
    assert [one.incident.pk for one in found] == ([other.pk] if stems(title) else [])


def test_it_costs_the_same_however_many_there_are(alice, checkout):
    incident = make_incident(services=[checkout], by=alice)

    def price():
        with CaptureQueriesContext(connection) as queries:
            similar_to(incident, to=alice)
        return len(queries)

    make_incident(services=[checkout], by=alice)
    price()  # once for what is read once in five minutes
    before = price()
    for _ in range(12):
        make_incident(services=[checkout, make_service()], by=alice)
    assert price() == before <= 10


def test_three_services_cost_no_statement_more_than_one_on_a_server(alice, checkout):
    if not is_postgres():
        pytest.skip("SQLite asks for one service after the other, without a way to a server")
    tag = Tag.objects.create(name="cards")
    others = [make_incident(services=[checkout], by=alice) for _ in range(3)]
    incident = make_incident(services=[checkout, make_service(), make_service()], by=alice)
    incident.tags.set([tag])
    similar_to(incident, to=alice)  # once for what is read once in five minutes
    with CaptureQueriesContext(connection) as queries:
        assert len(similar_to(incident, to=alice)) == len(others)
    told_once = [one for one in queries if "pg_stats" not in one["sql"]]
    assert (
        len(told_once) == 6
    )  # traits, newest of each, who may see them, their links, and the rows with services


def test_numbers_are_passed_as_one_whatever_their_number(alice):
    rows = [make_incident(by=alice) for _ in range(3)]
    wanted = [rows[0].pk, rows[2].pk, *range(10**6, 10**6 + 40_000)]
    assert set(Incident.objects.filter(Among("pk", wanted))) == {rows[0], rows[2]}
    assert not Incident.objects.filter(Among("pk", []))


def test_the_api_says_score_and_reasons(api, alice, checkout, outage):
    before = make_incident(title="Card payments time out", services=[checkout], by=alice)
    address = f"/api/v1/incidents/{outage.key}/similar/"
    (row,) = api(alice).get(address).json()
    assert row["score"] == 80
    assert row["reasons"][0] == {"kind": "service", "names": ["checkout"], "points": 40}
    assert row["incident"]["key"] == before.key
    assert row["incident"]["services"] == ["checkout"]
    assert api(alice).get(address, {"min_score": 81}).json() == []
    for wrong in ({"limit": 0}, {"limit": 21}, {"min_score": 101}, {"min_score": "x"}, {"other": 1}):
        assert api(alice).get(address, wrong).status_code == 400


def test_what_began_long_ago_is_found_by_a_rare_word(alice, noon):
    old = make_incident(title="Quagga quorum lost", by=alice, started_at=noon - timedelta(days=900))
    assert [
        one.incident.pk for one in most_similar(traits_of("quagga"), Incident.objects.visible_to(alice))
    ] == [old.pk]
