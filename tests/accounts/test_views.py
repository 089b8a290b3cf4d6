import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Absence, ApiToken, Membership, Team, User, WorkSchedule
from apps.audit.models import AuditEvent
from tests.factories import make_membership, make_team, make_user
from tests.halves import once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def hours(**kw):
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "8") | {"sat": "0", "sun": "0"}
    return {"valid_from": "2026-03-04", "window_start": "09:00", "window_end": "18:00", **week, **kw}


PAGES = [
    "/people/", "/people/bob/", "/people/new/", "/people/bob/edit/", "/people/bob/schedule/", "/people/bob/absences/",
    "/teams/", "/teams/payments/", "/teams/new/", "/teams/payments/edit/", "/teams/payments/members/new/",
    "/profile/", "/tokens/", "/tokens/new/", "/accounts/password/change/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_the_gate_and_admins_see_every_page(web, root, bob, path):
    assert web().get(path)["Location"].startswith("/accounts/login/")
    assert web(root).get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/people/nobody/", "/teams/none/", "/people/nobody/edit/", "/tokens/blst_none/revoke/"]
)
def test_what_is_not_there_is_404(web, root, path):
    assert web(root).get(path).status_code == 404


def test_the_system_is_nobody_one_can_look_up(web, root):
    User.objects.system()
    assert "system@" not in web(root).get("/people/").content.decode()
    assert web(root).get("/people/system/").status_code == 404


@pytest.mark.parametrize("user", ["bob", "charlie", "ada"])
@pytest.mark.parametrize(
    "path", ["/people/new/", "/people/alice/edit/", "/teams/new/", "/teams/payments/edit/"]
)
def test_who_may_not_write_is_refused_the_form(request, web, alice, user, path):
    assert web(request.getfixturevalue(user)).get(path).status_code == 403


@pytest.mark.parametrize("verb", ["invite", "deactivate", "reactivate"])
def test_the_auditor_presses_no_button(web, ada, bob, verb):
    assert web(ada).post(f"/people/bob/{verb}/").status_code == 403
    assert web(ada).get(f"/people/bob/{verb}/").status_code == 405


def test_lists_cost_the_same_for_one_row_and_for_ten(web, alice, django_assert_max_num_queries):
    client = web(alice)
    client.get("/people/")
    for path in ("/people/", "/teams/"):
        with django_assert_max_num_queries(50) as few:
            client.get(path)
        for _ in range(10):
            make_user(team=make_team(), role="lead")
        with django_assert_max_num_queries(len(few)):
            client.get(path)


def test_people_are_found_by_team_role_status_and_name(web, alice, bob, root, payments):
    client = web(alice)

    def found(query):
        return [row.slug for row in client.get(f"/people/?{query}").context["rows"]]

    assert found("team=payments") == ["alice", "bob"]
    assert found("role=admin") == ["root"]
    assert found("q=BOB@") == ["bob"]
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert found("status=deactivated") == ["bob"]
    assert found("sort=-name")[0] == "root"


def test_the_csv_of_people_holds_the_filtered_rows(web, alice, bob):
    lines = b"".join(web(alice).get("/people/?q=bob&format=csv").streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("bob,Bob,bob@ballast.example,member,payments,UTC,yes")


def test_an_empty_list_says_how_to_begin(web, root):
    assert "Add the first one" in web(root).get("/teams/").content.decode()
    assert "No team matches" in web(root).get("/teams/?q=zzz").content.decode()


def test_an_admin_adds_a_person_once_however_often_they_click(web, root):
    data = {
        "name": "Dana Roe",
        "email": "dana@x.example",
        "org_role": "member",
        "time_zone": "Europe/Berlin",
        "once": "k",
    }
    client = web(root)
    answers = [client.post("/people/new/", data) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {"/people/dana-roe/"}
    assert User.objects.filter(name="Dana Roe").count() == 1


def test_a_refusal_stands_on_its_field_and_keeps_what_was_typed(web, root, alice):
    data = {
        "name": "Typed with care",
        "email": "Alice@Ballast.example",
        "org_role": "member",
        "time_zone": "UTC",
    }
    answer = web(root).post("/people/new/", data)
    assert answer.status_code == 200
    assert "Typed with care" in answer.content.decode()
    assert "is here already" in str(answer.context["form"].errors)


def test_the_last_admin_reads_why_nothing_happened(web, root):
    answer = web(root).post("/people/root/deactivate/", follow=True)
    assert "This is the last admin" in answer.content.decode()
    assert User.objects.get(pk=root.pk).is_active


def test_hours_and_leave_are_on_the_page_for_those_who_may_know(web, alice, bob, charlie, ada):
    Absence.objects.create(user=bob, first_on=TODAY(), last_on=TODAY(), reason="Dentist")
    for user in (alice, bob):
        assert "Dentist" in web(user).get("/people/bob/").content.decode()
    for user in (charlie, ada):
        page = web(user).get("/people/bob/").content.decode()
        assert "Dentist" not in page
        assert "Working hours" not in page


def test_settings_keep_a_zone_with_an_old_name_until_another_is_chosen(web, alice):
    User.objects.filter(pk=alice.pk).update(time_zone="US/Pacific")
    client = web(alice)
    assert '<option value="US/Pacific" selected>' in client.get("/profile/").content.decode()
    client.post("/profile/", {"name": "Alice M.", "time_zone": "US/Pacific", "digest_at": "08:30"})
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone, alice.digest_at.hour) == ("Alice M.", "US/Pacific", 8)


def test_hours_are_typed_as_hours_and_kept_to_the_minute(web, alice):
    answer = web(alice).post("/people/bob/schedule/", hours(fri="5.25"))
    assert answer.status_code == 404
    make_user("dora", team=alice.current_teams[0])
    assert web(alice).post("/people/dora/schedule/", hours(fri="5.25")).status_code == 302
    assert WorkSchedule.objects.get(user__slug="dora", valid_from="2026-03-04").minutes == (
        480,
        480,
        480,
        480,
        315,
        0,
        0,
    )
    WorkSchedule.objects.filter(user__slug="dora").update(fri=460)  # as a program may say it
    form = web(alice).get("/people/dora/schedule/").context["form"]
    shown = {name: form[name].value() or "" for name in form.fields} | {"valid_from": "2026-03-05"}
    assert shown["fri"] == "7.67"
    assert web(alice).post("/people/dora/schedule/", shown).status_code == 302
    assert set(WorkSchedule.objects.filter(user__slug="dora").values_list("fri", flat=True)) == {460}


def test_a_lead_adds_and_removes_leave_and_a_stranger_does_not(web, alice, bob, charlie):
    leave = {"first_on": "2026-03-04", "last_on": "2026-03-05", "minutes": "4"}
    assert web(charlie).post("/people/bob/absences/", leave).status_code == 403
    web(alice).post("/people/bob/absences/", leave)
    row = Absence.objects.get()
    assert row.minutes == 240
    path = f"/people/bob/absences/{row.uuid}/remove/"
    assert web(charlie).post(path).status_code == 403
    assert web(bob).get(path).status_code == 405
    assert web(bob).post(path).status_code == 302
    assert not Absence.objects.exists()


def test_a_team_page_shows_members_of_today_to_come_and_earlier(web, alice, charlie, payments):
    make_membership(make_user("gone"), payments, valid_to=date(2021, 1, 1))
    make_membership(charlie, payments, valid_from=TODAY() + timedelta(days=5))
    context = web(alice).get("/teams/payments/").context
    assert [row.user.slug for row in context["members"]] == ["alice"]
    assert [row.user.slug for row in context["coming"]] == ["charlie"]
    assert [row.user.slug for row in context["former"]] == ["gone"]


def test_a_lead_takes_somebody_in_changes_their_share_and_lets_them_go(web, alice, charlie, payments):
    client, today = web(alice), TODAY().isoformat()
    WorkSchedule.objects.filter(user=charlie).delete()
    base = "/teams/payments/members"
    answer = client.post(
        f"{base}/new/",
        {
            "person": "charlie",
            "role": "member",
            "allocation_pct": "60",
            "counts_capacity": "on",
            "valid_from": "2026-01-01",
        },
        follow=True,
    )
    page = answer.content.decode()
    assert "Charlie has no working hours yet, so no share of toil counts them" in page
    assert page.count("Set working hours") == 1
    first = client.get("/people/charlie/schedule/").context["form"]["valid_from"].value()
    assert first == date(2026, 1, 1)
    row = Membership.objects.get(user=charlie)
    client.post(f"{base}/{row.uuid}/change/", {"role": "lead", "allocation_pct": "40", "since": today})
    now = Membership.objects.get(user=charlie, valid_to=None)
    assert (now.role, now.allocation_pct, now.counts_capacity) == ("lead", 40, False)
    client.post(f"{base}/{now.uuid}/end/", {"last_on": today})
    now.refresh_from_db()
    assert now.last_on == TODAY()


def test_more_than_all_of_somebody_is_allowed_with_a_warning(web, root, bob):
    team = make_team()
    data = {"person": "bob", "role": "member", "allocation_pct": "20", "valid_from": TODAY().isoformat()}
    answer = web(root).post(f"/teams/{team.slug}/members/new/", data, follow=True)
    assert "Bob is now allocated 120%" in answer.content.decode()


def test_an_overlap_is_refused_on_the_form(web, alice, bob):
    data = {"person": "bob", "role": "member", "allocation_pct": "20", "valid_from": "2026-03-01"}
    answer = web(alice).post("/teams/payments/members/new/", data)
    assert "already" in str(answer.context["form"].errors["valid_from"])


def test_a_membership_of_another_team_is_404_here(web, alice, root):
    other = make_membership(make_user(), make_team())
    assert web(alice).get(f"/teams/payments/members/{other.uuid}/end/").status_code == 404
    assert web(alice).get(f"/teams/payments/members/{uuid.uuid4()}/end/").status_code == 404


def test_an_admin_adds_a_team_and_lands_on_it(web, root):
    answer = web(root).post(
        "/teams/new/", {"name": "Search", "slug": "search", "toil_cap_pct": "40", "cap_applies_to": "toil"}
    )
    assert answer["Location"] == "/teams/search/"
    assert Team.objects.get().toil_cap_pct == 40


def test_a_token_is_shown_once_and_a_second_click_makes_no_second(web, alice):
    client, data = web(alice), {"name": "ci", "scope": "write", "days": "30", "once": "k1"}
    first = client.post("/tokens/new/", data)
    token = ApiToken.objects.get()
    assert f"{token.prefix}_" in first.content.decode()
    assert "no-store" in first["Cache-Control"]
    assert client.post("/tokens/new/", data)["Location"] == "/tokens/"
    assert ApiToken.objects.count() == 1
    page = client.get("/tokens/").content.decode()
    assert token.prefix in page
    assert f"{token.prefix}_" not in page


def test_an_admin_ends_a_token_of_somebody_else_from_their_page(web, alice, bob, root):
    web(alice).post("/tokens/new/", {"name": "leaked", "scope": "write", "days": "30", "once": "k1"})
    token = ApiToken.objects.get()
    address = f"/tokens/{token.prefix}/revoke/"
    assert token.prefix not in web(bob).get(alice.get_absolute_url()).content.decode()
    assert web(bob).post(address).status_code == 404
    admin = web(root)
    assert address in admin.get(alice.get_absolute_url()).content.decode()
    assert "a token of Alice" in admin.get(address).content.decode()
    assert admin.post(address)["Location"] == alice.get_absolute_url()
    assert AuditEvent.objects.get(verb="token.revoked").actor == root
    assert token.prefix not in admin.get(alice.get_absolute_url()).content.decode()


def test_an_auditor_is_offered_tokens_that_read_only(web, ada):
    answer = web(ada).post("/tokens/new/", {"name": "ci", "scope": "write", "days": "30"})
    assert "scope" in answer.context["form"].errors
    assert not ApiToken.objects.exists()


def test_revoking_asks_first_and_only_finds_ones_own(web, alice, bob):
    token = ApiToken.objects.create(user=alice, name="ci", prefix="blst_abc", digest="d")
    path = "/tokens/blst_abc/revoke/"
    assert web(bob).post(path).status_code == 404
    assert "Revoke ci?" in web(alice).get(path).content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None
    web(alice).post(path)
    token.refresh_from_db()
    assert token.revoked_at is not None


@once
def test_a_menu_of_teams_says_where_there_is_none_and_who_can_help(web):
    root, charlie = make_user("root", org_role="admin"), make_user("charlie")
    pages = [(charlie, path) for path in ("/toil/new/", "/toil/recurring/new/", "/toil/imports/new/")]
    pages += [(root, path) for path in ("/services/new/", "/toil/sources/new/", "/toil/drivers/new/")]
    pages += [(root, "/integrations/new/")]
    pages += [(charlie, "/toil/week/")]
    for person, path in pages:
        page = web(person).get(path, follow=True).content.decode()
        assert "There is no team to choose. An admin adds teams under Teams." in page, path
    assert "add people to it" in web(charlie).get("/services/new/").content.decode()
    line = web(charlie).post("/toil/quick/", {"line": "25 restart ingest", "once": "a"})
    assert "There is no team to choose" in line.content.decode()
    make_team(name="Payments", slug="payments")
    assert "There is no team to choose" not in web(charlie).get("/toil/new/").content.decode()
    week = web(charlie).get("/toil/week/", follow=True).content.decode()
    assert '<select class="input" id="team-n0"' in week  # of one team, which is not charlie's
