from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.action_items.models import ActionItem
from apps.action_items.operations import add_action_item
from tests.factories import make_action_item, make_incident, make_service, make_team

pytestmark = pytest.mark.django_db
URL = "/api/v1/action-items/"


def keys(answer):
    return [row["key"] for row in answer.json()["results"]]


def test_a_program_writes_a_promise(api, alice, bob, payments, checkout):
    incident = make_incident()
    body = {
        "title": "Cap retries",
        "incident": incident.key,
        "service": "checkout",
        "owner": "bob@ballast.example",
    }
    body |= {"priority": "P1", "due_on": "2030-01-07", "done_when": "They are capped", "commit": True}
    answer = api(alice).post(URL, body)
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert answer["Location"] == f"{URL}ACT-1/"
    assert answer["ETag"] == '"1"'
    assert (row["status"], row["priority"], row["owner"], row["team"]) == ("open", "P1", "bob", "payments")
    assert row["allowed"] == ["in_progress", "blocked", "done", "wont_do", "duplicate"]


def test_the_same_idempotency_key_writes_one(api, alice):
    client, head = api(alice), {"Idempotency-Key": "k1"}
    first, again = (client.post(URL, {"title": "Cap retries"}, headers=head) for _ in range(2))
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert ActionItem.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"status": "done"},
        {"version": 7},
        {"created_by": "alice"},
        {"title": ""},
        {"title": "x" * 201},
        {"priority": "P9"},
        {"priority": 1},
        {"due_on": "1969-01-01"},
        {"owner": "nobody-here"},
        {"owner": {"id": 1}},
        {"incident": ["INC-1"]},
        {"team": "unknown"},
    ],
)
def test_bad_input_is_400_and_names_the_field(api, alice, change):
    answer = api(alice).post(URL, {"title": "Cap retries"} | change)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(change)
    assert not ActionItem.objects.exists()


def test_everything_a_promise_lacks_is_named_at_once(api, alice):
    answer = api(alice).post(URL, {"title": "Cap retries", "commit": True})
    assert set(answer.json()["errors"]) == {"owner", "due_on", "done_when"}


def test_what_one_may_not_see_is_as_unknown_as_what_is_not_there(api, root, alice, promised, secret, now):
    hidden = add_action_item(title="ZEBRA", incident=secret, by=root, now=now)
    client, address = api(alice), f"{URL}{promised.key}/"
    for field, secret_key, free_key in (("incident", secret.key, "INC-999"),):
        bodies = [
            client.patch(address, {field: key}, headers={"If-Match": "*"}).json()["errors"]
            for key in (secret_key, free_key)
        ]
        assert bodies[0] == bodies[1]
    moves = [
        client.post(f"{address}transitions/", {"to": "duplicate", "duplicate_of": key}).json()["errors"]
        for key in (hidden.key, "ACT-999")
    ]
    assert moves[0] == moves[1]
    for path in ("", "transitions/", "redate/"):
        assert client.post(f"{URL}{hidden.key}/{path}", {"to": "done"}).status_code in (404, 405)
    assert client.get(f"{URL}{hidden.key}/").status_code == 404
    assert hidden.key not in keys(client.get(URL))
    assert keys(client.get(f"{URL}?incident={secret.key}")) == []


def test_a_change_needs_the_version_that_was_read(api, bob, promised):
    client, address = api(bob), f"{URL}{promised.key}/"
    assert client.patch(address, {"title": "A"}).status_code == 428
    answer = client.patch(address, {"title": "A"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"], answer.json()["title"]) == (200, '"2"', "A")
    stale = client.patch(address, {"title": "B"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, '"2"')


def test_a_promised_date_is_not_patched_but_moved_with_a_reason(api, bob, promised):
    client, address = api(bob), f"{URL}{promised.key}/"
    answer = client.patch(address, {"due_on": "2030-01-07"}, headers={"If-Match": "*"})
    assert set(answer.json()["errors"]) == {"due_on"}
    moved = client.post(f"{address}redate/", {"due_on": "2030-01-07", "reason": "The vendor answers late"})
    assert moved.status_code == 200
    assert (moved.json()["slip_count"], moved.json()["first_due_on"]) == (1, "2026-12-02")
    assert moved.json()["redatings"][0]["reason"] == "The vendor answers late"


def test_a_transition_moves_and_an_illegal_one_is_409_with_what_is_allowed(api, bob, promised):
    client, address = api(bob), f"{URL}{promised.key}/transitions/"
    answer = client.post(address, {"to": "blocked", "reason": "Waits for storage"})
    assert (answer.status_code, answer.json()["status"], answer.json()["blocked_by"]) == (
        200,
        "blocked",
        "Waits for storage",
    )
    illegal = client.post(address, {"to": "verified"})
    assert illegal.status_code == 409
    assert illegal.json()["allowed"] == ["open", "in_progress", "wont_do", "duplicate"]
    assert client.post(address, {"to": "nonsense"}).status_code == 400
    assert client.post(address, {"to": "open"}, headers={"If-Match": '"1"'}).status_code == 412


def test_a_duplicate_is_named_by_its_key(api, bob, promised, proposal):
    body = {"to": "duplicate", "duplicate_of": proposal.key}
    assert api(bob).post(f"{URL}{promised.key}/transitions/", body).json()["duplicate_of"] == proposal.key


def test_a_key_that_became_invisible_is_not_told(api, root, bob, promised, secret, now):
    hidden = add_action_item(title="ZEBRA", incident=secret, by=root, now=now)
    ActionItem.objects.filter(pk=promised.pk).update(status="duplicate", duplicate_of=hidden)
    assert api(bob).get(f"{URL}{promised.key}/").json()["duplicate_of"] is None
    assert api(root).get(f"{URL}{promised.key}/").json()["duplicate_of"] == hidden.key


def test_auditors_and_strangers_change_nothing(api, ada, charlie, promised):
    address = f"{URL}{promised.key}/"
    for person in (ada, charlie):
        client = api(person)
        assert client.patch(address, {"title": "A"}, headers={"If-Match": "*"}).status_code == 403
        assert client.post(f"{address}transitions/", {"to": "done"}).status_code == 403
        assert client.post(f"{address}redate/", {"due_on": "2030-01-07", "reason": "x"}).status_code == 403
    assert api(ada).post(URL, {"title": "A"}).status_code == 403
    assert api().get(URL).status_code == 401
    assert api(ada).delete(address).status_code == 405


@pytest.mark.parametrize(
    "query", ["owner__password=x", "ordering=title", "sort=title", "status=nonsense", "team=x"]
)
def test_unknown_filters_and_values_are_400(api, alice, query):
    answer = api(alice).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["errors"]


def test_the_api_filters_like_the_web(api, alice, bob, payments):
    today = timezone.localdate()
    late = make_action_item(owner=bob, team=payments, due_on=today - timedelta(days=1))
    make_action_item(owner=alice, status="proposed", due_on=None)
    client = api(alice)
    for query in ("overdue=true", "due=overdue", "owner=bob", "team=mine", "status=committed"):
        assert keys(client.get(f"{URL}?{query}")) == [late.key]


@pytest.mark.parametrize("sort", ["number", "-number", "due", "-due", "priority", "-priority", ""])
def test_pages_follow_one_another_without_gap_or_repetition(api, alice, sort):
    for number in range(13):
        is_dated = number % 3
        make_action_item(
            priority=number % 4,
            status="open" if is_dated else "proposed",
            due_on=timezone.localdate() + timedelta(days=number % 2) if is_dated else None,
        )
    seen, address = [], f"{URL}?page_size=4" + (f"&sort={sort}" if sort else "")
    while address:
        answer = api(alice).get(address)
        seen += keys(answer)
        address = answer.json()["next"]
    assert sorted(seen) == sorted(ActionItem.objects.values_list("key", flat=True))


def test_a_list_of_fifty_costs_what_a_list_of_one_costs(api, alice, bob, payments):
    client = api(alice)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{URL}?page_size=50").status_code == 200
        return len(queries)

    make_action_item(owner=bob)
    one = cost()
    for _ in range(9):
        make_action_item(owner=bob, team=make_team(), service=make_service(), incident=make_incident())
    assert cost() == one <= 3


def test_the_documentation_names_every_path_and_body(api, alice):
    paths = api(alice).get("/api/schema/?format=json").json()["paths"]
    assert {"/api/v1/action-items/", "/api/v1/action-items/{key}/transitions/"} <= set(paths)
    assert "requestBody" in paths["/api/v1/action-items/{key}/redate/"]["post"]
