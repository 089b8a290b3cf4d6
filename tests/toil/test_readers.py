"""Whose hours are whose: each person reads their own, and leads only what a team has agreed to let them read."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.accounts.models import Team
from apps.accounts.operations import edit_team
from apps.audit.models import AuditEvent
from apps.toil import operations, policies
from apps.toil.models import ToilEntry, ToilImport
from tests.factories import make_user
from tests.toil.conftest import LATER, W10
from tests.toil.time_files import kimai, toggl, works

pytestmark = pytest.mark.django_db
ENTRIES, CHECKINS = "/api/v1/toil-entries/", "/api/v1/toil-checkins/"


@pytest.fixture
def seen_by(web, api):
    """What each door shows to somebody of bob's entry: page, list, table, file, program, search and check-ins."""

    def read(person, entry):
        page, program = web(person), api(person)
        file = b"".join(page.get("/toil/?format=csv")).decode()
        listed = page.get("/toil/?person=bob", headers={"HX-Request": "true"}).content.decode()
        return {
            "page": page.get(entry.get_absolute_url()).status_code == 200,
            "edit": page.get(f"{entry.get_absolute_url()}edit/").status_code == 200,
            "list": "Restart stuck" in listed,
            "file": "bob@" in file,
            "api": program.get(entry.get_api_url()).status_code == 200,
            "api list": bool(program.get(ENTRIES).json()["results"]),
            "chosen": "Restart stuck" in page.get("/toil/many/?all=1").content.decode(),
            "check-ins": bool(program.get(CHECKINS).json()["results"]),
            "check-ins page": "Bob" in page.get("/toil/checkins/").content.decode(),
        }

    return read


def test_a_lead_reads_single_entries_only_where_the_team_has_switched_it_on(
    alice, bob, root, payments, log, seen_by, web
):
    entry = log(bob, payments, minutes=25)
    operations.confirm_week(person=bob, team=payments, monday=W10, by=bob, now=LATER)
    assert all(seen_by(bob, entry).values())
    assert not any(seen_by(alice, entry).values())
    with pytest.raises(PermissionDenied, match="by whose time it is"):
        operations.edit_entry(entry, changes={"kind": "overhead"}, by=alice, now=LATER)
    told = [web(bob).get(page).content.decode() for page in ("/toil/", "/toil/week/")]
    assert all("You alone read your entries" in page for page in told)
    edit_team(payments, changes={"leads_read_entries": True}, by=alice)
    alice = type(alice).objects.get(pk=alice.pk)
    assert all(seen_by(alice, entry).values())
    assert not any(seen_by(root, entry).values())
    assert operations.edit_entry(entry, changes={"kind": "overhead"}, by=alice, now=LATER).version == 2
    told = [web(bob).get(page).content.decode() for page in ("/toil/", "/toil/week/")]
    assert all("What is logged for Payments is read by the leads too" in page for page in told)
    assert not any("You alone read" in page for page in told)
    assert AuditEvent.objects.get(verb="team.edited").changes == {"leads_read_entries": [False, True]}


def test_the_team_says_it_in_its_form_and_through_the_api_and_members_cannot(web, api, alice, bob, payments):
    url, plain = "/teams/payments/edit/", {"name": "Payments", "toil_cap_pct": 50, "cap_applies_to": "toil"}
    assert web(bob).post(url, plain | {"leads_read_entries": "on"}).status_code == 403
    assert web(alice).post(url, plain | {"leads_read_entries": "on"}).status_code == 302
    assert api(alice).get("/api/v1/teams/payments/").json()["leads_read_entries"] is True
    sent = {"leads_read_entries": False}
    assert api(alice).patch("/api/v1/teams/payments/", sent, headers={"If-Match": "*"}).status_code == 200
    assert Team.objects.get().leads_read_entries is False


def test_what_waits_is_private_even_then_and_another_teams_lead_reads_nothing(
    alice, bob, payments, search, read_by_leads, log
):
    dora = make_user("dora", team=search, role="lead")
    log(bob, payments, minutes=5)
    log(bob, payments, minutes=5, status="suggested")
    log(bob, search, minutes=5)
    seen = {user.slug: ToilEntry.objects.visible_to(user).count() for user in (alice, bob, dora)}
    assert seen == {"alice": 1, "bob": 3, "dora": 0}
    assert policies.can_edit_entry(alice, ToilEntry(person=bob, team=payments))
    assert not policies.can_edit_entry(alice, ToilEntry(person=bob, team=search))


def test_a_lead_imports_for_others_and_takes_it_back_without_reading_what_became_of_it(
    web, api, alice, bob, payments
):
    """The file was theirs; the entries are each person's."""
    dora, rows = make_user("dora", team=payments, role="lead"), [*works(2), *works(1, who="zoe")]
    own = _taken_in(toggl(works(3)), payments, by=bob)
    batch = _taken_in(kimai(rows), payments, by=alice)
    assert batch.for_others
    assert set(ToilImport.objects.visible_to(alice)) == set(ToilImport.objects.visible_to(dora)) == {batch}
    page = web(alice).get(batch.get_absolute_url()).content.decode()
    assert "zoe@ballast.example" in page  # whose rows are left out, to whom the file belongs
    assert "See its entries" not in page
    assert "Each is read by whose time it is" in page
    assert "zoe@" not in web(dora).get(batch.get_absolute_url()).content.decode()
    assert api(dora).get(batch.get_api_url()).json()["people"] == []
    assert api(alice).get(batch.get_api_url()).json()["people"][0]["who"] == "zoe@ballast.example"
    assert not ToilEntry.objects.visible_to(alice).exists()
    assert web(dora).get(own.get_absolute_url()).status_code == 404
    assert "See its entries" in web(bob).get(own.get_absolute_url()).content.decode()
    assert web(dora).post(f"{batch.get_absolute_url()}undo/").status_code == 302
    assert ToilEntry.objects.count() == 3


def _taken_in(raw, team, *, by):
    batch = operations.upload_file(name="time.csv", chunks=[raw], team=team, tz="UTC", now=LATER, by=by)
    operations.start_import(batch, now=LATER, by=by)
    operations.work_on_imports(LATER)
    batch.refresh_from_db()
    return batch


def test_what_is_no_longer_called_toil_is_told_of_four_people_without_their_entries(
    web, alice, bob, payments, log
):
    url = "/toil/teams/payments/quality/?since=2026-03-02&until=2026-03-08"
    entry = log(bob, payments, minutes=25)
    operations.edit_entry(entry, changes={"kind": "ops_other"}, by=bob, now=LATER)

    def told():
        page = web(alice).get(url).content.decode()
        return "25 min" in page, entry.get_absolute_url() in page

    assert told() == (False, False)
    for name in ("dora", "eric"):
        make_user(name, team=payments)
    assert told() == (True, False)
    edit_team(payments, changes={"leads_read_entries": True}, by=alice)
    assert told() == (True, True)
