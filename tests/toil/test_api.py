"""Toil as a program logs and reads it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.toil import operations
from apps.toil.models import ToilEntry
from tests.factories import make_incident, make_membership, make_service, make_team, make_user
from tests.toil.conftest import W10, W11

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)
URL = "/api/v1/toil-entries/"
HALF_AN_HOUR = {"started_at": "2026-03-12T10:00Z", "ended_at": "2026-03-12T10:30Z"}


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def of(entry):
    return f"{URL}{entry.uuid}/"


def test_a_duration_of_today_is_the_least_there_is_to_say(api, bob, payments):
    answer = api(bob).post(URL, {"duration": "25m", "text": "Restart ingest"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["seconds"], body["local_date"], body["team"], body["person"]) == (
        1500,
        "2026-03-12",
        "payments",
        "bob",
    )
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{URL}{body['id']}/"
    assert api(bob).get(answer.headers["Location"]).json() == body


def test_an_interval_with_everything(api, bob, payments, checkout):
    incident = make_incident()
    sent = {
        "started_at": "2026-03-08T22:30:00+01:00",
        "ended_at": "2026-03-09T01:30:00+01:00",
        "text": "Page",
        "team": "payments",
        "service": "checkout",
        "incident": incident.key,
        "category": "production_interrupt",
        "trigger": "page",
        "kind": "toil",
        "occurrences": 2,
    }
    body = api(bob).post(URL, sent).json()
    assert (body["seconds"], body["local_date"], body["incident"]) == (10_800, "2026-03-08", incident.key)
    assert (body["service"], body["trigger"], body["occurrences"]) == ("checkout", "page", 2)


def test_a_line_as_it_is_typed_in_the_portal(api, bob, payments, checkout):
    body = api(bob).post(URL, {"line": "3x10m kick stuck job @checkout #interrupt ^yesterday"}).json()
    assert (body["seconds"], body["occurrences"], body["text"]) == (1800, 3, "kick stuck job")
    assert (body["service"], body["local_date"]) == ("checkout", "2026-03-11")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": "x"}, "seconds"),
        ({"duration": "25m"}, "text"),
        ({"line": "restart"}, "seconds"),
        ({"line": "25h x"}, "line"),
        ({"text": "x", "seconds": 0}, "seconds"),
        ({"text": "x", "seconds": 86_401}, "seconds"),
        ({"text": "x", "seconds": True, "sekunden": 5}, "sekunden"),
        ({"text": "x", "duration": "soon"}, "duration"),
        ({"text": "x", "duration": "5m", "seconds": 300}, "duration"),
        ({"text": "x", "seconds": 5, "local_date": "2026-03-13"}, "local_date"),
        ({"text": "x", "seconds": 5, "local_date": "1492-01-01"}, "local_date"),
        ({"text": "x", "started_at": "2026-03-12T10:00Z"}, "ended_at"),
        ({"text": "x", "started_at": "2026-03-12T10:00Z", "ended_at": "2026-03-12T13:00Z"}, "ended_at"),
        ({"text": "x", "started_at": "0001-01-01T00:00Z", "ended_at": "2026-03-12T13:00Z"}, "started_at"),
        ({"text": "x", **HALF_AN_HOUR, "seconds": 60}, "seconds"),
        ({"text": "x", **HALF_AN_HOUR, "local_date": "2026-03-11"}, "local_date"),
        ({"text": "x", "seconds": 5, "team": "nowhere"}, "team"),
        ({"text": "x", "seconds": 5, "service": "nothing"}, "service"),
        ({"text": "x", "seconds": 5, "incident": "INC-999"}, "incident"),
        ({"text": "x", "seconds": 5, "category": "fun"}, "category"),
        ({"text": "x" * 301, "seconds": 5}, "text"),
    ],
)
def test_what_cannot_be_is_400_on_its_field(api, bob, payments, sent, field):
    answer = api(bob).post(URL, sent)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert field in answer.json()["errors"]
    assert not ToilEntry.objects.exists()


def test_a_private_incident_is_as_unknown_as_none(api, bob, payments):
    hidden = make_incident(is_private=True).key
    said = [
        api(bob).post(URL, {"text": "x", "seconds": 5, "incident": key}).json()["errors"]
        for key in (hidden, "INC-999")
    ]
    assert said[0] == said[1]


def test_who_has_several_teams_names_one(api, payments, search):
    both = make_user(team=payments)
    make_membership(both, search)
    assert "team" in api(both).post(URL, {"text": "x", "seconds": 5}).json()["errors"]
    assert api(both).post(URL, {"text": "x", "seconds": 5, "team": "search"}).status_code == 201


def test_the_same_key_logs_once(api, bob, payments):
    sent, key = {"text": "x", "duration": "5m"}, {"Idempotency-Key": "k1"}
    first = api(bob).post(URL, sent, headers=key)
    again = api(bob).post(URL, sent, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert api(bob).post(URL, sent | {"text": "y"}, headers=key).status_code == 422
    assert ToilEntry.objects.count() == 1


def test_an_edit_names_the_version_it_read(api, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    assert api(bob).patch(of(entry), {"duration": "10m"}).status_code == 428
    stale = api(bob).patch(of(entry), {"duration": "10m"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]) == (412, '"1"')
    done = api(bob).patch(of(entry), {"duration": "10m", "text": "y"}, headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["seconds"], done.headers["ETag"]) == (200, 600, '"2"')
    assert AuditEvent.objects.get(verb="toil_entry.edited").changes["seconds"] == [300, 600]


def test_an_edit_changes_neither_person_nor_reads_a_line(api, alice, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    for sent in ({"person": "alice"}, {"line": "5m x"}):
        assert api(bob).patch(of(entry), sent, headers={"If-Match": "*"}).status_code == 400


def test_a_deletion_names_the_version_too(api, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    assert api(bob).delete(of(entry)).status_code == 428
    assert api(bob).delete(of(entry), headers={"If-Match": '"2"'}).status_code == 412
    assert api(bob).delete(of(entry), headers={"If-Match": '"1"'}).status_code == 204
    assert not ToilEntry.objects.exists()


def test_whom_the_log_opens_to(api, alice, bob, charlie, root, ada, payments, read_by_leads, log):
    entry = log(bob, payments, minutes=5)
    assert api().get(URL).status_code == 401
    counts = {
        user.slug: len(api(user).get(URL).json()["results"]) for user in (alice, bob, charlie, root, ada)
    }
    assert counts == {"alice": 1, "bob": 1, "charlie": 0, "root": 0, "ada": 0}
    for somebody in (charlie, root, ada):
        assert api(somebody).get(of(entry)).status_code == 404
        assert api(somebody).patch(of(entry), {"text": "y"}, headers={"If-Match": "*"}).status_code == 404
        assert api(somebody).delete(of(entry), headers={"If-Match": "*"}).status_code == 404
    assert api(ada).post(URL, {"text": "x", "seconds": 5, "team": "payments"}).status_code == 403


def test_a_lead_logs_for_the_team_and_others_for_themselves(api, alice, bob, charlie, root, payments):
    sent = {"text": "x", "seconds": 5, "person": "bob", "team": "payments"}
    assert api(alice).post(URL, sent).json()["person"] == "bob"
    assert api(root).post(URL, sent).status_code == 201
    assert api(charlie).post(URL, sent).status_code == 403


def test_a_lead_reads_no_key_of_a_private_incident(api, alice, bob, payments, read_by_leads, log):
    log(bob, payments, minutes=5, incident=make_incident(is_private=True))
    assert api(alice).get(URL).json()["results"][0]["incident"] is None
    assert api(bob).get(URL).json()["results"][0]["incident"]


def test_the_list_has_the_filters_of_the_web_and_no_others(api, bob, payments, checkout, log):
    log(bob, payments, minutes=5, service=checkout)
    log(bob, payments, minutes=9, day=W11)
    seconds = [row["seconds"] for row in api(bob).get(URL, {"sort": "-time"}).json()["results"]]
    assert seconds == [540, 300]
    assert len(api(bob).get(URL, {"service": "checkout"}).json()["results"]) == 1
    assert len(api(bob).get(URL, {"since": "2026-03-09"}).json()["results"]) == 1
    assert api(bob).get(URL, {"colour": "red"}).status_code == 400
    assert api(bob).get(URL, {"category": "red"}).status_code == 400


def test_the_list_pages_by_position_at_the_same_cost(api, bob, payments, log):
    def cost():
        with CaptureQueriesContext(connection) as found:
            api(bob).get(URL)
        return len(found)

    log(bob, payments, minutes=5, service=make_service(), incident=make_incident())
    cost()  # who bob is and where he belongs is read once
    before = cost()
    for _ in range(9):
        log(bob, payments, minutes=5, service=make_service(), incident=make_incident())
    assert cost() == before
    page = api(bob).get(URL, {"page_size": 4}).json()
    assert len(api(bob).get(page["next"]).json()["results"]) == 4


def test_what_is_no_id_is_404(api, bob):
    for wrong in ("1", "x" * 36, "0" * 36):
        assert api(bob).get(f"{URL}{wrong}/").status_code == 404


def test_a_team_reads_its_weeks_and_their_sum(api, charlie, bob, payments, log):
    log(bob, payments, hours=20)
    log(bob, payments, hours=2, day=W11)
    operations.recompute_dirty_weeks(NOW)
    body = api(charlie).get("/api/v1/teams/payments/toil/", {"weeks": 2}).json()
    assert [week["week"] for week in body["weeks"]] == ["2026-W10", "2026-W11"]
    first, second = body["weeks"]
    assert (first["pct"], first["capacity_minutes"], first["flags"]) == (50.0, 2400, [])
    assert (second["pct"], second["days_counted"], second["days_total"]) == (8.3, 3, 5)
    assert (body["total"]["toil_seconds"], body["total"]["pct"]) == (22 * 3600, 34.4)
    assert (body["cap_pct"], body["recomputing"]) == (50.0, False)


def test_weeks_without_capacity_have_no_percentage(api, bob, payments, search, log):
    log(bob, search, hours=2)
    body = api(bob).get("/api/v1/teams/search/toil/").json()
    assert (body["recomputing"], len(body["weeks"]), body["total"]["pct"]) == (True, 13, None)
    operations.recompute_dirty_weeks(NOW)
    body = api(bob).get("/api/v1/teams/search/toil/").json()
    assert (body["recomputing"], body["total"]["pct"], body["total"]["flags"]) == (
        False,
        None,
        ["no_capacity"],
    )
    assert body["total"]["guest_seconds"] == 2 * 3600


def test_all_teams_cost_three_queries_however_many(api, bob, payments, search, log):
    log(bob, payments, hours=12)
    for _ in range(5):
        make_user(team=make_team())
    operations.recompute_dirty_weeks(NOW)
    with CaptureQueriesContext(connection) as found:
        body = api(bob).get("/api/v1/toil/teams/", {"weeks": 13}).json()
    assert len(found) == 3
    assert [row["team"] for row in body["results"]][:2] == ["payments", "search"]
    assert body["total"]["toil_seconds"] == 12 * 3600


def test_the_number_of_weeks_is_kept_in_bounds(api, bob, payments):
    for wrong in ("0", "105", "-1", "x", "１３", "9" * 30):
        answer = api(bob).get("/api/v1/toil/teams/", {"weeks": wrong})
        assert answer.status_code == 400, wrong
    assert api(bob).get("/api/v1/toil/teams/", {"week": 3}).status_code == 400
    assert api(bob).get("/api/v1/teams/nowhere/toil/").status_code == 404
    assert api().get("/api/v1/teams/payments/toil/").status_code == 401


def test_a_running_interval_ends_at_the_latest_now(api, bob, payments):
    sent = {"text": "x", "started_at": (NOW - timedelta(hours=1)).isoformat(), "ended_at": NOW.isoformat()}
    assert api(bob).post(URL, sent).status_code == 201
    assert ToilEntry.objects.get().local_date > W10
