import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.postmortems.models import Postmortem
from apps.postmortems.operations import add_action_item, draft_postmortem
from tests.factories import make_action_item, make_incident
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
URL = "/api/v1/postmortems/"


def of(postmortem, rest=""):
    return f"{URL}{postmortem.key}/{rest}"


def test_strangers_are_401(api, draft):
    for path in (URL, of(draft), of(draft, "sections/")):
        answer = api().get(path)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_a_program_starts_a_draft_from_incidents(api, alice, outage):
    answer = api(alice).post(URL, {"incidents": ["INC-1"]})
    body = answer.json()
    assert answer.status_code == 201, body
    assert answer["Location"] == f"{URL}PM-1/"
    assert answer["ETag"] == '"1"'
    assert (body["title"], body["incidents"], body["services"]) == (outage.title, ["INC-1"], ["checkout"])
    assert (body["status"], body["allowed"]) == ("draft", ["in_review"])


def test_the_same_idempotency_key_starts_one_draft(api, alice, outage):
    key = {"Idempotency-Key": "k1"}
    answers = [api(alice).post(URL, {"incidents": ["INC-1"]}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert api(alice).post(URL, {"incidents": ["INC-1"], "title": "X"}, headers=key).status_code == 422
    assert Postmortem.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "incidents"),
        ({"incidents": []}, "incidents"),
        ({"incidents": ["INC-1"], "status": "published"}, "status"),
        ({"incidents": ["INC-1"], "owner": "nobody"}, "owner"),
        ({"incidents": ["INC-1"], "title": "x" * 201}, "title"),
    ],
)
def test_bad_input_is_400_and_names_the_field(api, alice, outage, body, field):
    answer = api(alice).post(URL, body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_body_of_ten_thousand_names_is_refused_before_they_are_looked_up(api, alice, outage):
    client = api(alice)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(URL, {"incidents": ["INC-1"] * 10_000})
    assert answer.json()["errors"] == {"incidents": ["At most 200 at once."]}
    assert len(queries) < 10


def test_a_hidden_incident_is_answered_as_one_that_does_not_exist(api, alice, bob):
    hidden = make_incident(by=alice, is_private=True)
    texts = [api(bob).post(URL, {"incidents": [key]}).json()["errors"] for key in (hidden.key, "INC-99")]
    assert str(texts[0]).replace(hidden.key, "") == str(texts[1]).replace("INC-99", "")


def test_hidden_postmortems_are_404_everywhere(api, alice, bob, now):
    hidden = make_incident(by=alice, is_private=True, title="Zebra")
    secret = draft_postmortem([hidden], now=now, by=alice)
    paths = ("", "sections/", "sections/summary/", "reviews/", "action-items/", "versions/")
    assert {api(bob).get(of(secret, path)).status_code for path in paths} == {404}
    assert api(bob).post(of(secret, "transitions/"), {"to": "in_review"}).status_code == 404
    assert "Zebra" not in api(bob).get(URL + "?q=zebra").content.decode()


def test_unknown_filters_are_refused_by_name(api, alice):
    answer = api(alice).get(URL + "?owner__email=x")
    assert answer.status_code == 400
    assert "owner__email" in answer.json()["errors"]


def test_web_and_api_filter_alike(api, web, alice, draft, now, checkout):
    draft_postmortem([make_incident(services=[checkout])], title="Other", now=now, by=alice)
    for query in ("?q=settlement", "?incident=INC-1", "?service=checkout", "?owner=me", "?status=published"):
        keys = [row["key"] for row in api(alice).get(URL + query).json()["results"]]
        page = web(alice).get("/postmortems/" + query).content.decode()
        assert [key for key in ("PM-2", "PM-1") if f">{key}</span>" in page] == keys


def test_the_list_costs_the_same_for_one_row_and_for_ten(api, alice, draft, now, checkout):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    client = api(alice)
    one = cost()
    for _ in range(9):
        draft_postmortem([make_incident(services=[checkout])], tags=["a"], now=now, by=alice)
    assert cost() == one


def test_pages_follow_one_another(api, alice, outage, now):
    for _ in range(5):
        draft_postmortem([outage], now=now, by=alice)
    seen, url = [], URL + "?page_size=2"
    while url:
        answer = api(alice).get(url).json()
        seen += [row["key"] for row in answer["results"]]
        url = answer["next"]
    assert seen == ["PM-5", "PM-4", "PM-3", "PM-2", "PM-1"]


def test_an_edit_needs_the_version_that_was_read(api, alice, draft):
    client = api(alice)
    assert client.patch(of(draft), {"title": "New"}).status_code == 428
    assert client.patch(of(draft), {"title": "New"}, headers={"If-Match": '"9"'}).status_code == 412
    answer = client.patch(of(draft), {"title": "New", "tags": ["A"]}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["title"], answer.json()["tags"]) == (200, "New", ["a"])
    assert answer["ETag"] == '"2"'


def test_a_section_is_read_and_put_with_its_own_etag(api, alice, draft):
    client, url = api(alice), of(draft, "sections/well/")
    assert client.get(url)["ETag"] == '"1"'
    assert client.put(url, {"body": "Paused"}).status_code == 428
    answer = client.put(url, {"body": "Paused"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["body"], answer["ETag"]) == (200, "Paused", '"2"')
    assert client.get(of(draft, "sections/none/")).status_code == 404


def test_a_stale_section_is_412_with_the_stored_text(api, alice, bob, draft):
    write(draft, "well", "Stored by Bob", by=bob)
    answer = api(alice).put(of(draft, "sections/well/"), {"body": "Mine"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["current"], answer.json()["stored"]) == ('"2"', "Stored by Bob")


def test_an_illegal_move_is_409_with_the_legal_ones(api, alice, draft):
    answer = api(alice).post(of(draft, "transitions/"), {"to": "published"})
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["in_review"])


def test_a_move_answers_with_the_row(api, alice, draft):
    answer = api(alice).post(of(draft, "transitions/"), {"to": "in_review", "reason": ""})
    assert (answer.status_code, answer.json()["status"]) == (200, "in_review")


def test_the_owner_cannot_approve_through_any_door(api, alice, in_review):
    assert api(alice).post(of(in_review, "reviews/"), {"decision": "approved"}).status_code == 403
    assert api(alice).post(of(in_review, "transitions/"), {"to": "approved"}).status_code == 403


def test_a_review_is_posted_once_and_listed(api, bob, in_review):
    key = {"Idempotency-Key": "r1"}
    body = {"decision": "changes_requested", "comment": "Numbers"}
    answers = [api(bob).post(of(in_review, "reviews/"), body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    listed = api(bob).get(of(in_review, "reviews/")).json()
    assert [(row["reviewer"]["slug"], row["decision"], row["is_current"]) for row in listed] == [
        ("bob", "changes_requested", True)
    ]


def test_action_items_are_added_linked_and_listed(api, alice, draft):
    client, url = api(alice), of(draft, "action-items/")
    new = client.post(url, {"title": "Check the lease", "priority": "P1", "owner": "alice"})
    assert (new.status_code, new.json()["priority"]) == (201, "P1"), new.json()
    item = make_action_item()
    assert client.post(url, {"item": item.key}).status_code == 201
    assert [row["key"] for row in client.get(url).json()] == ["ACT-1", "ACT-2"]
    assert client.get(of(draft)).json()["action_items"] == ["ACT-1", "ACT-2"]


@pytest.mark.parametrize(
    "body", [{}, {"item": "ACT-99"}, {"item": "ACT-1", "title": "Both"}, {"title": "T", "status": "done"}]
)
def test_a_bad_action_item_is_400(api, alice, draft, now, body):
    add_action_item(draft, title="First", now=now, by=alice)
    assert api(alice).post(of(draft, "action-items/"), body).status_code == 400


def test_published_versions_are_read_one_by_one(api, charlie, published):
    listed = api(charlie).get(of(published, "versions/")).json()
    assert [row["version"] for row in listed] == [1]
    one = api(charlie).get(of(published, "versions/1/")).json()
    shown = {"slug": "summary", "title": "Summary", "kind": "text", "body": "Text of summary."}
    assert one["sections"][0].items() >= shown.items()
    assert api(charlie).get(of(published, "versions/2/")).status_code == 404


def test_the_auditor_reads_and_is_refused_writing(api, ada, draft):
    client = api(ada)
    assert client.get(of(draft)).status_code == 200
    answers = [
        client.post(URL, {"incidents": ["INC-1"]}),
        client.patch(of(draft), {"title": "X"}, headers={"If-Match": "*"}),
        client.put(of(draft, "sections/well/"), {"body": "x"}, headers={"If-Match": "*"}),
        client.post(of(draft, "transitions/"), {"to": "in_review"}),
        client.post(of(draft, "reviews/"), {"decision": "approved"}),
        client.post(of(draft, "action-items/"), {"title": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
