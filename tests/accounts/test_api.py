from datetime import UTC, date, datetime

import pytest

from apps.accounts.models import Absence, Membership, Team, User
from tests.factories import make_membership, make_team, make_user

pytestmark = pytest.mark.django_db
TEAMS, USERS = "/api/v1/teams/", "/api/v1/users/"
PLACES = f"{TEAMS}payments/memberships/"


@pytest.mark.parametrize(
    "url", [TEAMS, USERS, PLACES, f"{USERS}me/", f"{USERS}bob/schedules/", f"{USERS}bob/absences/"]
)
def test_strangers_are_401(api, bob, url):
    answer = api().get(url)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_an_admin_adds_a_team_and_the_same_key_adds_one(api, root):
    body = {"slug": "search", "name": "Search", "toil_cap_pct": "40.0"}
    answers = [api(root).post(TEAMS, body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0]["Location"] == f"{TEAMS}search/"
    assert Team.objects.count() == 1


@pytest.mark.parametrize("change", [{"id": 1}, {"slug": "new"}, {"toil_cap_pct": "101"}, {"name": "x" * 81}])
def test_bad_input_is_400_and_names_the_field(api, root, change):
    answer = api(root).post(TEAMS, {"slug": "search", "name": "Search"} | change)
    assert answer.status_code == 400
    assert set(change) <= set(answer.json()["errors"])


def test_a_lead_edits_the_team_and_others_do_not(api, alice, bob, ada, payments):
    url = f"{TEAMS}payments/"
    assert api(alice).patch(url, {"description": "Card payments"}).json()["description"] == "Card payments"
    for user in (bob, ada):
        assert api(user).patch(url, {"description": "Mine"}).status_code == 403
    assert api(alice).patch(url, {"slug": "other"}).status_code == 400


@pytest.mark.parametrize("url", [f"{TEAMS}?nonsense=1", f"{USERS}?password=x", f"{PLACES}?team=search"])
def test_unknown_filters_are_refused(api, alice, url):
    assert api(alice).get(url).status_code == 400


def test_people_are_read_without_secrets(api, alice, bob):
    row = api(alice).get(f"{USERS}bob/").json()
    assert row["teams"] == [{"team": "payments", "role": "member", "allocation_pct": 100}]
    assert set(row) == {"slug", "name", "email", "org_role", "time_zone", "is_active", "teams", "created_at"}


def test_who_is_in_a_team_today_is_told_by_the_day_where_the_caller_is(
    api, web, alice, payments, time_machine
):
    time_machine.move_to(datetime(2026, 3, 11, 20, tzinfo=UTC), tick=False)
    User.objects.filter(pk=alice.pk).update(time_zone="Pacific/Auckland")  # where it is the 12th
    make_membership(make_user("dora"), payments, valid_from=date(2026, 3, 12))
    assert "Dora" in web(alice).get("/people/?team=payments").content.decode()
    alice.refresh_from_db()
    found = {row["slug"]: row for row in api(alice).get("/api/v1/users/?team=payments").json()["results"]}
    assert str(found["dora"]["teams"]).count("payments") == 1


def test_lists_cost_the_same_for_one_row_and_for_ten(api, alice, django_assert_max_num_queries):
    for url in (USERS, TEAMS, PLACES):
        with django_assert_max_num_queries(20) as few:
            api(alice).get(url)
        for _ in range(10):
            make_user(team=alice.current_teams[0])
            make_team()
        with django_assert_max_num_queries(len(few)):
            api(alice).get(url)


def test_everybody_reads_and_sets_what_is_their_own(api, ada):
    assert api(ada).get(f"{USERS}me/").json()["digest_at"] == "09:00:00"
    changed = api(ada).patch(f"{USERS}me/", {"time_zone": "Asia/Kolkata"})
    assert changed.json()["time_zone"] == "Asia/Kolkata"
    for wrong in ({"org_role": "admin"}, {"time_zone": "Mars/Base"}, {"time_zone": "../../etc"}):
        assert api(ada).patch(f"{USERS}me/", wrong).status_code == 400


def test_admins_add_change_and_deactivate_people(api, root, alice):
    made = api(root).post(USERS, {"name": "Dana", "email": "dana@x.example"})
    assert made.status_code == 201
    assert api(root).patch(f"{USERS}dana/", {"org_role": "auditor"}).json()["org_role"] == "auditor"
    moved = api(root).post(f"{USERS}dana/transitions/", {"to": "deactivated"})
    assert moved.json()["is_active"] is False
    assert api(alice).post(USERS, {"name": "E", "email": "e@x.example"}).status_code == 403
    assert api(alice).patch(f"{USERS}alice/", {"org_role": "admin"}).status_code == 403


def test_an_impossible_move_is_409_with_what_is_possible(api, root):
    answer = api(root).post(f"{USERS}root/transitions/", {"to": "frozen"})
    assert answer.status_code == 409
    assert answer.json()["allowed"] == ["active", "deactivated"]
    assert api(root).post(f"{USERS}root/transitions/", {"to": "deactivated"}).status_code == 409


def test_memberships_are_added_changed_and_ended(api, alice, charlie):
    client = api(alice)
    made = client.post(PLACES, {"person": "charlie", "valid_from": "2026-03-01", "allocation_pct": 60})
    assert made.status_code == 201, made.json()
    assert client.get(made["Location"]).json() == made.json()
    changed = client.patch(made["Location"], {"since": "2026-04-01", "allocation_pct": 40}).json()
    assert (changed["valid_from"], changed["allocation_pct"]) == ("2026-04-01", 40)
    ended = client.post(f"{PLACES}{changed['uuid']}/end/", {"valid_to": "2026-05-01"})
    assert ended.json()["valid_to"] == "2026-05-01"
    assert Membership.objects.filter(user=charlie).count() == 2
    on_day = client.get(f"{PLACES}?on=2026-03-15").json()["results"]
    assert {row["person"] for row in on_day} == {"alice", "charlie"}


def test_a_change_without_its_day_is_400(api, alice):
    place = alice.memberships.get()
    answer = api(alice).patch(f"{PLACES}{place.uuid}/", {"role": "member"})
    assert "since" in answer.json()["errors"]


def test_overlaps_and_odd_dates_are_400_on_their_field(api, alice, bob):
    for day in ("2026-03-01", "0001-01-01"):
        answer = api(alice).post(PLACES, {"person": "bob", "valid_from": day})
        assert answer.status_code == 400
        assert "valid_from" in answer.json()["errors"]


def test_members_and_auditors_change_no_membership(api, alice, bob, ada):
    place = bob.memberships.get()
    for user in (bob, ada):
        assert api(user).get(PLACES).status_code == 200
        assert api(user).post(PLACES, {"person": "ada", "valid_from": "2026-01-01"}).status_code == 403
        assert (
            api(user).patch(f"{PLACES}{place.uuid}/", {"since": "2026-01-01", "role": "lead"}).status_code
            == 403
        )


@pytest.mark.parametrize(
    "url", [f"{TEAMS}none/memberships/", f"{PLACES}{'0' * 36}/", f"{USERS}nobody/schedules/"]
)
def test_what_is_not_there_is_404(api, alice, url):
    assert api(alice).get(url).status_code == 404


def test_hours_are_set_and_read_by_the_person_and_their_lead(api, alice, bob, charlie):
    url = f"{USERS}bob/schedules/"
    made = api(bob).post(url, {"valid_from": "2026-03-04", "fri": 0})
    assert made.status_code == 201
    assert (made.json()["fri"], made.json()["mon"]) == (0, 480)
    assert [row["valid_to"] for row in api(alice).get(url).json()["results"]] == [None, "2026-03-04"]
    assert api(charlie).get(url).status_code == 404
    assert api(charlie).post(url, {"valid_from": "2026-03-04"}).status_code == 404
    assert api(bob).post(url, {"valid_from": "2026-03-04", "fri": 1441}).status_code == 400


def test_leave_is_added_and_removed(api, bob, charlie, ada):
    url = f"{USERS}bob/absences/"
    made = api(bob).post(url, {"first_on": "2026-03-04", "last_on": "2026-03-05"})
    assert made.status_code == 201
    assert api(ada).get(url).status_code == api(charlie).delete(made["Location"]).status_code == 404
    assert api(bob).delete(made["Location"]).status_code == 204
    assert not Absence.objects.exists()


def test_leave_that_ends_before_it_begins_is_400(api, bob):
    answer = api(bob).post(f"{USERS}bob/absences/", {"first_on": "2026-03-04", "last_on": "2026-03-03"})
    assert answer.status_code == 400


def test_the_system_is_nobody_in_the_api_either(api, root):
    slug = User.objects.system().slug
    assert api(root).get(f"{USERS}{slug or 'system'}/").status_code == 404
