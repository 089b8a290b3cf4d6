import pytest

from apps.services.models import Service
from tests.factories import make_service

pytestmark = pytest.mark.django_db
URL = "/api/v1/services/"


def body(team, **kw):
    return {"slug": "ledger", "name": "Ledger", "owner_team": team.slug, **kw}


def test_a_program_adds_a_service(api, bob, payments):
    make_service(slug="db", owner_team=payments)
    answer = api(bob).post(URL, body(payments, tags=["money"], needs=[{"service": "db", "hardness": "hard"}]))
    assert answer.status_code == 201, answer.json()
    assert answer["Location"] == "/api/v1/services/ledger/"
    assert answer.json()["needs"] == [{"service": "db", "hardness": "hard"}]
    assert answer.json()["tags"] == ["money"]


def test_the_same_idempotency_key_adds_one_and_answers_alike(api, bob, payments):
    client = api(bob)
    first = client.post(URL, body(payments), headers={"Idempotency-Key": "k1"})
    again = client.post(URL, body(payments), headers={"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    other = client.post(URL, body(payments, name="Other"), headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert Service.objects.count() == 1


def test_long_keys_are_told_apart_to_their_end(api, bob, payments):
    sent = [{"slug": f"ledger-{end}", "name": f"Ledger {end}", "owner_team": payments.slug} for end in "ab"]
    for each in sent:
        made = api(bob).post(URL, each, headers={"Idempotency-Key": "k" * 250 + each["slug"]})
        assert made.status_code == 201, made.json()


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"tier": 9},
        {"name": ""},
        {"links": {"runbook": "javascript:1"}},
    ],
)
def test_bad_input_is_400_and_names_the_field(api, bob, payments, change):
    answer = api(bob).post(URL, body(payments) | change)
    assert answer.status_code == 400
    assert set(change) <= set(answer.json()["errors"])
    assert answer["Content-Type"] == "application/problem+json"


def test_unknown_filters_are_refused_by_name(api, alice):
    answer = api(alice).get(URL + "?owner__password=x")
    assert answer.status_code == 400
    assert "owner__password" in answer.json()["errors"]


def test_the_auditor_reads_and_is_refused_writing(api, ada, checkout):
    assert api(ada).get(URL).json()["results"][0]["slug"] == "checkout"
    assert api(ada).patch(URL + "checkout/", {"tier": 0}).status_code == 403


def test_strangers_are_401(api):
    answer = api().get(URL)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_form_body_is_415(api, alice):
    assert api(alice).post(URL, "name=x", content_type="application/x-www-form-urlencoded").status_code == 415


def test_pages_follow_one_another_without_gap_or_repetition(api, alice, payments):
    for n in range(7):
        make_service(slug=f"s{n}", owner_team=payments)
    seen, url = [], URL + "?page_size=3&sort=-name"
    while url:
        answer = api(alice).get(url).json()
        seen += [row["slug"] for row in answer["results"]]
        url = answer["next"]
    assert seen == [f"s{n}" for n in reversed(range(7))]
