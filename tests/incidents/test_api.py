from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.operations import create_token
from apps.audit.models import AuditEvent
from apps.incidents.models import Incident
from apps.incidents.operations import (
    add_entry,
    assign_role,
    declare_incident,
    edit_incident,
    transition_incident,
)
from tests.factories import make_incident, make_service, make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/incidents/"


def address(incident, part=""):
    return f"{LIST}{incident.key}/{part}"


def cost(call):
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    assert answer.status_code < 300, answer.json()
    return len(queries)


def tag(incident):
    return {"If-Match": f'"{Incident.objects.get(pk=incident.pk).version}"'}


def body(**kw):
    return {"title": "Cards fail", "severity": 2, "services": ["checkout"], "summary": "Some do", **kw}


def test_strangers_are_turned_away(api, outage):
    for path in (LIST, address(outage), address(outage, "timeline/")):
        assert api().get(path).status_code == 401


def test_the_list_shows_lean_rows(api, outage, charlie):
    rows = api(charlie).get(LIST).json()
    assert set(rows) == {"next", "previous", "results"}
    row = rows["results"][0]
    assert row["key"] == "INC-1"
    assert row["services"] == ["checkout"]
    assert row["commander"] == row["declared_by"] == {"slug": "alice", "name": "Alice"}
    assert row["url"] == "/incidents/INC-1/"
    assert row["started_at"].endswith("Z")
    assert "summary" not in row


def test_the_list_costs_two_queries_whatever_its_length(api, alice):
    client = api(alice)
    make_incident(by=alice, services=[make_service()])
    assert cost(lambda: client.get(LIST)) == 2
    for _ in range(11):
        make_incident(by=make_user(), services=[make_service(), make_service()], commander=make_user())
    assert cost(lambda: client.get(LIST)) == 2
    assert cost(lambda: client.get(LIST + "?page_size=5&status=open&severity=3")) == 2


def test_pages_never_overlap_and_lose_nothing(api, alice, noon):
    for number in range(7):
        make_incident(by=alice, title=str(number), started_at=noon - timedelta(hours=number // 3))
    client, found, path = api(alice), [], LIST + "?page_size=2"
    while path:
        page = client.get(path).json()
        found += [row["title"] for row in page["results"]]
        path = page["next"]
    assert sorted(found) == [str(number) for number in range(7)]
    assert len(found) == 7


def test_web_and_api_filter_alike(api, web, alice, checkout, outage, noon):
    declare_incident(title="Other", severity=4, by=alice, now=noon)
    for query in ("?status=open&severity=2", "?service=checkout", "?q=other", "?kind=real&team=payments"):
        rows = api(alice).get(LIST + query).json()["results"]
        shown = web(alice).get("/incidents/" + query).context["rows"]
        assert [row["key"] for row in rows] == [row.key for row in shown]


@pytest.mark.parametrize(
    "query", ["?owner=1", "?severity=7", "?status=odd", "?sort=title", "?from=x", "?service=none"]
)
def test_unknown_filters_and_values_are_refused(api, alice, query):
    assert api(alice).get(LIST + query).status_code == 400


def test_a_token_costs_one_statement_more(api, alice, outage):
    until = timezone.now() + timedelta(days=1)
    _, secret = create_token(alice, name="x", scope="read", expires_at=until, by=alice, now=timezone.now())
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    client.get(LIST)  # its use is noted once in a while
    assert cost(lambda: client.get(LIST)) == 3
    assert cost(lambda: client.get(address(outage))) == 8


def test_an_incident_with_its_parts_costs_few_queries(api, alice, outage, bob, noon):
    assign_role(outage, role="scribe", person=bob, by=bob, now=noon)
    client = api(alice)
    few = cost(lambda: client.get(address(outage)))
    assert few == 7
    for number in range(60):
        add_entry(outage, body=str(number), by=alice, now=noon)
    assert cost(lambda: client.get(address(outage))) == few
    shown = client.get(address(outage))
    row = shown.json()
    assert shown["ETag"] == f'"{row["version"]}"'
    assert len(row["timeline"]) == 50
    assert row["timeline"][0]["body"] == "59"
    assert {milestone["kind"] for milestone in row["milestones"]} == {
        "impact_started",
        "detected",
        "declared",
    }
    assert [role["role"] for role in row["roles"]] == ["commander", "scribe"]
    assert row["impact_windows"][0]["end"] is None
    assert row["transition_count"] == 1
    assert row["allowed"] == ["identified", "mitigated", "resolved", "cancelled", "merged"]


def test_declaring_by_api_costs_at_most_eleven_statements(api, bob, checkout):
    client = api(bob)
    client.post(LIST, body())  # the severity policy is read twice a minute at most
    assert cost(lambda: client.post(LIST, body())) <= 11
    answers = {"title": "Cards fail", "impact": "few", "condition": "unsure", "services": ["checkout"]}
    assert cost(lambda: client.post(LIST, answers)) <= 11


def test_declaring_by_api(api, bob, checkout):
    answer = api(bob).post(LIST, body(started_at="2026-01-05T10:30:00Z"))
    assert answer.status_code == 201
    row = answer.json()
    assert answer["Location"] == LIST + f"{row['key']}/"
    assert (row["services"], row["status"], row["started_at"]) == (
        ["checkout"],
        "investigating",
        "2026-01-05T10:30:00Z",
    )
    assert set(row) == set(api(bob).get(LIST).json()["results"][0])
    event = AuditEvent.objects.get()
    assert (event.door, event.verb) == ("api", "incident.declared")


def test_the_same_key_declares_once_and_answers_alike(api, bob, checkout):
    client, headers = api(bob), {"Idempotency-Key": "k"}
    first, again = client.post(LIST, body(), headers=headers), client.post(LIST, body(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert client.post(LIST, body(title="Other"), headers=headers).status_code == 422
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"severity": 0}, "severity"),
        ({"severity": "high"}, "severity"),
        ({"services": ["nope"]}, "services"),
        ({"services": "checkout"}, "services"),
        ({"kind": "rumour"}, "kind"),
        ({"status": "closed"}, "status"),
        ({"summary": "x" * 10_001}, "summary"),
        ({"started_at": "2999-01-01T00:00:00Z"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00Z"}, "started_at"),
        ({"commander": "bob"}, "commander"),
        ({"key": "INC-7"}, "key"),
    ],
)
def test_bad_input_is_400_and_names_the_field(api, bob, checkout, change, field):
    answer = api(bob).post(LIST, body(**change))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}
    assert not Incident.objects.exists()


def test_auditors_read_and_change_nothing(api, ada, outage):
    client = api(ada)
    assert client.get(address(outage)).status_code == 200
    calls = [
        client.post(LIST, body(services=[])),
        client.patch(address(outage), {"title": "x"}, headers=tag(outage)),
        client.post(address(outage, "transitions/"), {"to": "mitigated"}),
        client.post(address(outage, "timeline/"), {"body": "x"}),
        client.post(address(outage, "roles/"), {"role": "ops", "person": "alice"}),
        client.put(address(outage, "milestones/detected/"), {"at": None, "note": "x"}, headers=tag(outage)),
    ]
    assert [answer.status_code for answer in calls] == [403] * len(calls)


@pytest.mark.parametrize("part", ["", "transitions/", "timeline/", "roles/", "milestones/"])
def test_a_private_incident_is_unknown_to_others(api, secret, bob, root, part):
    answer = api(bob).get(address(secret, part))
    assert answer.status_code == 404
    assert api(bob).get(LIST + "INC-99/").json()["detail"] == answer.json()["detail"]
    assert api(root).get(address(secret, part)).status_code == 200
    assert api(bob).get(LIST).json()["results"] == []


def test_a_private_target_reads_like_one_that_does_not_exist(api, alice, outage, secret):
    texts = [
        api(alice).post(address(outage, "transitions/"), {"to": "merged", "into": key}).json()["errors"]
        for key in (secret.key, "INC-99")
    ]
    assert texts[0] == texts[1]


def test_editing_needs_the_version_that_was_read(api, alice, outage):
    client = api(alice)
    assert client.patch(address(outage), {"title": "x"}).status_code == 428
    current = tag(outage)
    answer = client.patch(address(outage), {"title": "New", "services": []}, headers=current)
    assert (answer.status_code, answer.json()["title"], answer.json()["services"]) == (200, "New", [])
    stale = client.patch(address(outage), {"title": "Newer"}, headers=current)
    assert stale.status_code == 412
    assert stale.json()["current"] == answer["ETag"]
    assert client.patch(address(outage), {"status": "closed"}, headers=tag(outage)).status_code == 400


def test_moves_answer_with_the_row_and_illegal_ones_with_the_legal(api, alice, outage):
    client = api(alice)
    answer = client.post(address(outage, "transitions/"), {"to": "mitigated", "reason": "Moved traffic"})
    assert (answer.status_code, answer.json()["status"]) == (200, "mitigated")
    refused = client.post(address(outage, "transitions/"), {"to": "closed"})
    assert refused.status_code == 409
    assert refused.json()["allowed"] == ["resolved", "investigating", "merged"]
    missing = client.post(address(outage, "transitions/"), {"to": "investigating"})
    assert (missing.status_code, set(missing.json()["errors"])) == (400, {"reason"})
    moves = client.get(address(outage, "transitions/")).json()
    assert [(move["from"], move["to"]) for move in moves] == [
        ("", "investigating"),
        ("investigating", "mitigated"),
    ]
    assert moves[1]["reason"] == "Moved traffic"


def test_closing_lists_what_is_missing(api, alice, noon):
    incident = declare_incident(title="x", severity=1, by=alice, now=noon)
    transition_incident(incident, to="resolved", by=alice, now=noon)
    answer = api(alice).post(address(incident, "transitions/"), {"to": "closed"})
    assert answer.status_code == 409
    assert "commander" in answer.json()["detail"]
    assert "summary" in answer.json()["detail"]


def test_a_merged_key_leads_on_for_ever(api, alice, charlie, outage, noon):
    other = declare_incident(title="Same", severity=3, by=alice, now=noon)
    answer = api(alice).post(address(other, "transitions/"), {"to": "merged", "into": outage.key})
    assert answer.json()["merged_into"] == outage.key
    moved = api(charlie).get(address(other))
    assert (moved.status_code, moved["Location"]) == (308, address(outage))
    assert moved.json() == {"merged_into": outage.key}


def test_a_merge_into_a_private_incident_tells_no_key(api, alice, root, secret, noon):
    incident = declare_incident(title="Seen", severity=3, is_private=True, by=alice, now=noon)
    transition_incident(incident, to="merged", into=secret, by=root, now=noon)
    answer = api(alice).get(address(incident))
    assert answer.status_code == 200
    assert answer.json()["merged_into"] is None


def test_the_timeline_is_written_corrected_starred_and_paged(api, charlie, alice, outage, noon):
    client = api(charlie)
    made = client.post(address(outage, "timeline/"), {"body": "Restarted", "kind": "action"})
    assert made.status_code == 201
    path = address(outage, f"timeline/{made.json()['id']}/")
    changed = client.patch(path, {"body": "Restarted twice", "is_starred": True})
    assert changed.json()["body"] == "Restarted twice"
    assert changed.json()["is_starred"]
    assert changed.json()["edited_at"]
    page = client.get(address(outage, "timeline/") + "?page_size=1").json()
    assert page["results"][0]["body"] == "Restarted twice"
    assert page["next"]
    assert client.post(address(outage, "timeline/"), {"body": "x", "kind": "status"}).status_code == 400
    own = add_entry(outage, body="x", by=alice, now=noon)
    assert client.patch(address(outage, f"timeline/{own.uuid}/"), {"body": "y"}).status_code == 403


def test_an_entry_is_written_once_per_key(api, charlie, outage):
    client, headers = api(charlie), {"Idempotency-Key": "e"}
    for _ in range(2):
        assert client.post(address(outage, "timeline/"), {"body": "Once"}, headers=headers).status_code == 201
    assert outage.timeline.filter(body="Once").count() == 1


def test_roles_are_given_handed_over_and_left(api, alice, bob, outage):
    client = api(alice)
    assert client.post(address(outage, "roles/"), {"role": "ops", "person": "bob"}).status_code == 200
    handed = client.post(address(outage, "roles/"), {"role": "commander", "person": "bob"}).json()
    assert handed["person"]["slug"] == "bob"
    ended = client.post(address(outage, "roles/"), {"role": "commander", "person": None}).json()
    assert ended["until"]
    assert client.post(address(outage, "roles/"), {"role": "commander", "person": None}).status_code == 409
    assert client.post(address(outage, "roles/"), {"role": "ops", "person": "nobody"}).status_code == 400
    assert len(client.get(address(outage, "roles/")).json()) == 3


def test_milestones_are_put_in_order(api, alice, outage, noon):
    client, path = api(alice), address(outage, "milestones/mitigated/")
    assert client.put(path, {"at": None, "note": "x"}).status_code == 428
    early = client.put(path, {"at": "2020-01-01T00:00:00Z"}, headers=tag(outage))
    assert early.status_code == 400
    assert "Detected" in early.json()["errors"]["at"][0]
    at = (noon + timedelta(minutes=5)).isoformat()
    answer = client.put(path, {"at": at, "source": "estimate", "precision_minutes": 5}, headers=tag(outage))
    assert answer.status_code == 200
    assert answer.json()["mitigated_at"] == at.replace("+00:00", "Z")
    shown = client.get(address(outage, "milestones/")).json()
    assert {row["kind"] for row in shown} >= {"mitigated", "detected"}
    assert client.put(address(outage, "milestones/lunch/"), {"at": None}).status_code == 404


def test_a_stale_move_is_refused_when_a_version_is_sent(api, alice, outage, noon):
    old = tag(outage)
    edit_incident(outage, changes={"title": "x"}, by=alice, now=noon)
    answer = api(alice).post(address(outage, "transitions/"), {"to": "mitigated"}, headers=old)
    assert answer.status_code == 412
