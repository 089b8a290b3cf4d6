"""Private incidents are opened to people and teams for a time, and admins' reading leaves a trace."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Membership, User
from apps.action_items.models import ActionItem
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.mails import render_access_given
from apps.incidents.models import Incident, IncidentGrant, Role
from apps.incidents.operations import (
    add_entry,
    assign_role,
    edit_incident,
    grant_access,
    revoke_access,
    transition_incident,
)
from apps.incidents.policies import can_post, can_respond, can_see, can_share
from apps.notifications.models import OutboxMail
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_action_item, make_membership, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def give(secret, root, now):
    def grant(*, hours=1, by=root, **whom):
        return grant_access(secret, **whom, ends_at=now + timedelta(hours=hours), by=by, now=now)

    return grant


def seen(user):
    """What the question for many rows and the question for one row answer; they must be the same."""
    rows = set(Incident.objects.visible_to(user))
    assert rows == {row for row in Incident.objects.all() if can_see(user, row)}
    return rows


def verbs(key):
    return list(AuditEvent.objects.filter(object_key__startswith=key).values_list("verb", flat=True))


def test_access_opens_it_to_one_person_until_it_ends(secret, give, bob, charlie, now):
    give(person=bob, hours=2)
    assert (seen(bob), seen(charlie)) == ({secret}, set())
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert seen(bob) == set()
    assert "incident.access_granted" in verbs(f"{secret.key} access bob")


def test_who_is_given_access_gets_one_mail_at_once_without_the_title(
    secret, give, payments, root, alice, bob, now
):
    make_membership(make_user("left", is_active=False), payments)
    assign_role(secret, role="scribe", person=alice, by=root, now=now)
    give(person=bob)
    give(person=bob, hours=5)  # longer is no news
    grant = give(team=payments, hours=3)
    mails = list(OutboxMail.objects.filter(kind="access_given").order_by("pk"))
    assert [(mail.recipient, mail.not_before) for mail in mails] == [(bob, now), (bob, now)]
    mail = render_access_given(mails[1], now)
    assert (mail.subject, "Payments" in mail.text) == (f"You may read {secret.key}", True)
    assert f"/incidents/{secret.key}/" in mail.text
    assert "ZEBRA" not in mail.subject + mail.text + mail.html
    revoke_access(grant, by=root, now=now + timedelta(minutes=1))
    assert render_access_given(mails[1], now + timedelta(minutes=1)) is None


def test_access_of_a_team_follows_its_dated_memberships(secret, give, payments, bob, alice, charlie, now):
    give(team=payments)
    assert (seen(bob), seen(alice), seen(charlie)) == ({secret}, {secret}, set())
    Membership.objects.filter(user=bob).update(valid_to=now.date())
    make_membership(charlie, payments, valid_from=now.date() + timedelta(days=1))
    fresh = [type(user).objects.get(pk=user.pk) for user in (bob, charlie)]
    assert [seen(user) for user in fresh] == [set(), set()]
    with time_machine.travel(now + timedelta(minutes=30), tick=False):
        Membership.objects.filter(user=charlie).update(valid_from=now.date())
        assert seen(type(charlie).objects.get(pk=charlie.pk)) == {secret}


def test_what_hangs_on_it_opens_and_closes_with_it(secret, give, root, bob, now):
    item = make_action_item(incident=secret, by=root)
    write_up = draft_postmortem([secret], now=now, by=root)
    grant = give(person=bob)
    assert set(ActionItem.objects.visible_to(bob)) == {item}
    assert set(Postmortem.objects.visible_to(bob)) == {write_up}
    revoke_access(grant, by=root, now=now)
    assert not ActionItem.objects.visible_to(bob).exists()
    assert not Postmortem.objects.visible_to(bob).exists()


def test_giving_it_again_moves_the_end_and_after_the_end_begins_anew(secret, give, root, bob, now):
    first = give(person=bob)
    assert give(person=bob, hours=5) == first
    assert IncidentGrant.objects.get().ends_at == now + timedelta(hours=5)
    revoke_access(first, by=root, now=now + timedelta(minutes=1))
    revoke_access(first, by=root, now=now + timedelta(minutes=2))  # a repetition changes nothing
    first.refresh_from_db()
    assert (first.ends_at, first.ended_by) == (now + timedelta(minutes=1), root)
    later = now + timedelta(minutes=3)
    again = grant_access(secret, person=bob, ends_at=later + timedelta(hours=1), by=root, now=later)
    assert again != first
    given = [verb for verb in verbs(f"{secret.key} access bob") if "access" in verb]
    assert given == [
        "incident.access_granted",
        "incident.access_revoked",
        "incident.access_changed",
        given[0],
    ]


def test_the_declarer_the_commander_and_admins_give_access_and_nobody_else(secret, give, root, bob, alice):
    assign_role(secret, role=Role.COMMANDER, person=alice, by=root, now=secret.started_at)
    assign_role(secret, role=Role.SCRIBE, person=bob, by=root, now=secret.started_at)
    secret.refresh_from_db()
    boss, reader = make_user("boss", org_role="admin"), make_user("reader")
    assert [can_share(user, secret) for user in (root, alice, boss, bob)] == [True, True, True, False]
    grant = give(person=reader, by=alice)
    for user in (bob, reader):
        with pytest.raises(PermissionDenied):
            give(team=make_team(), by=user)
        with pytest.raises(PermissionDenied):
            revoke_access(grant, by=user, now=secret.started_at)


def test_access_reads_and_writes_along_and_turns_into_nothing_more(secret, give, root, bob, now):
    """bob's team owns the service, yet he can neither move it nor make his hour last for ever by taking a role."""
    give(person=bob)
    assert can_post(bob, secret)
    assert not can_respond(bob, secret)
    add_entry(secret, body="I saw this in March", by=bob, now=now)
    for act in (
        lambda: assign_role(secret, role=Role.OPS, person=bob, by=bob, now=now),
        lambda: transition_incident(secret, to="mitigated", by=bob, now=now),
        lambda: edit_incident(secret, changes={"is_private": False}, by=bob, now=now),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_auditor_with_access_only_reads(secret, give, ada, now):
    give(person=ada)
    assert seen(ada) == {secret}
    assert not can_post(ada, secret)


@pytest.mark.parametrize(
    ("whom", "field"),
    [({}, "person"), ({"person": "bob", "team": "payments"}, "person"), ({"person": "root"}, "person")],
)
def test_access_is_for_one_person_or_one_team_that_lacks_it(secret, give, root, bob, payments, whom, field):
    rows = {"bob": bob, "payments": payments, "root": root}
    with pytest.raises(ValidationError) as refusal:
        give(**{name: rows[slug] for name, slug in whom.items()})
    assert set(refusal.value.message_dict) == {field}


@pytest.mark.parametrize("hours", [0, -1, 24 * 367])
def test_access_ends_in_a_time_to_come_within_a_year(give, bob, hours):
    with pytest.raises(ValidationError) as refusal:
        give(person=bob, hours=hours)
    assert set(refusal.value.message_dict) == {"ends_at"}


def test_a_public_incident_needs_no_access(outage, root, bob, now):
    with pytest.raises(Conflict):
        grant_access(outage, person=bob, ends_at=now + timedelta(hours=1), by=root, now=now)


def test_made_public_and_private_again_it_is_open_to_the_same_people(secret, give, root, bob, charlie, now):
    give(person=bob)
    edit_incident(secret, changes={"is_private": False}, by=root, now=now)
    assert seen(charlie) == {secret}
    edit_incident(secret, changes={"is_private": True}, by=root, now=now)
    assert (seen(bob), seen(charlie)) == ({secret}, set())


READ = ["", "edit/", "access/"]
ASKED = ["", "timeline/", "roles/", "milestones/", "transitions/", "access/"]


def test_what_an_admin_reads_is_recorded_once_a_day(secret, root, bob, web, api, outage):
    make = draft_postmortem([secret], now=timezone.now(), by=root)
    item = make_action_item(incident=secret, by=root)
    paths = [f"/incidents/{secret.key}/{part}" for part in READ]
    paths += [make.get_absolute_url(), item.get_absolute_url(), outage.get_absolute_url()]
    asked = [f"/api/v1/incidents/{secret.key}/{part}" for part in ASKED]
    readings = AuditEvent.objects.filter(verb="incident.private_read")
    for path in (*paths, *asked, "/incidents/", "/search/?q=ZEBRA"):
        answer = (api if path.startswith("/api/") else web)(root).get(path)
        assert answer.status_code == 200, path
    assert [(event.actor, event.object_key, event.scope) for event in readings] == [
        (root, secret.key, secret.audit_scope)
    ]
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        web(root).get(item.get_absolute_url())
        api(root).get(f"/api/v1/incidents/{secret.key}/roles/")
    assert readings.all().count() == 2


def test_each_of_its_addresses_alone_records_the_reading(secret, root, web, api, now):
    write_up, item = draft_postmortem([secret], now=now, by=root), make_action_item(incident=secret, by=root)
    entry = secret.timeline.first()
    paths = [f"/incidents/{secret.key}/{part}" for part in [*READ, f"timeline/{entry.uuid}/"]]
    paths += [f"/api/v1/incidents/{secret.key}/{part}" for part in ASKED]
    paths += [write_up.get_absolute_url(), item.get_absolute_url()]
    paths += [write_up.get_api_url(), item.get_api_url()]
    silent = []
    for day, path in enumerate(paths):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            before = AuditEvent.objects.filter(verb="incident.private_read").count()
            (api if path.startswith("/api/") else web)(root).get(path)
            if AuditEvent.objects.filter(verb="incident.private_read").count() != before + 1:
                silent.append(path)
    assert silent == []


def test_what_others_read_is_nobodys_business(secret, give, bob, web):
    give(person=bob)
    assert web(bob).get(f"/incidents/{secret.key}/").status_code == 200
    assert not AuditEvent.objects.filter(verb="incident.private_read").exists()


def test_the_page_says_that_reading_is_recorded_and_shows_who_read(secret, give, bob, root, web):
    give(person=bob)
    assert "Your reading is recorded" in web(root).get(f"/incidents/{secret.key}/").content.decode()
    page = web(bob).get(f"/incidents/{secret.key}/access/").content.decode()
    assert "Admins who read it" in page
    assert "Give access" not in page
    assert "reading is recorded" not in web(bob).get(f"/incidents/{secret.key}/").content.decode()


def test_access_is_given_changed_and_ended_on_its_page(secret, root, bob, web, now):
    page, client = f"/incidents/{secret.key}/access/", web(root)
    ends = f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}"
    answer = client.post(page, {"person": "bob", "ends_at": ends, "reason": "Knows the export"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "Knows the export" in client.get(page).content.decode()
    grant = IncidentGrant.objects.get()
    refused = client.post(page, {"person": "bob", "ends_at": "2020-01-01T00:00"})
    assert "This has passed" in refused.content.decode()
    end = f"{page}{grant.uuid}/end/"
    assert "End access" in client.get(end).content.decode()
    assert client.post(end).status_code == 302
    assert seen(bob) == set()
    assert "Give again" in client.get(page).content.decode()


def test_access_is_given_and_ended_by_a_program(secret, root, bob, charlie, payments, api, now):
    path, ends = f"/api/v1/incidents/{secret.key}/access/", (now + timedelta(days=2)).isoformat()
    made = api(root).post(path, {"team": "payments", "ends_at": ends})
    assert made.status_code == 200
    assert (made.json()["team"]["slug"], made.json()["person"], made.json()["is_running"]) == (
        "payments",
        None,
        True,
    )
    assert [row["id"] for row in api(bob).get(path).json()] == [made.json()["id"]]
    assert api(bob).post(path, {"person": "charlie", "ends_at": ends}).status_code == 403
    assert api(charlie).get(path).status_code == 404
    for body in ({"ends_at": ends}, {"person": "nobody", "ends_at": ends}, {"person": "bob"}, {"x": 1}):
        assert api(root).post(path, body).status_code == 400
    one = f"{path}{made.json()['id']}/"
    assert [api(user).delete(one).status_code for user in (charlie, bob, root)] == [404, 403, 204]
    assert api(bob).get(path).status_code == 404


def test_a_list_costs_a_member_the_same_with_access_and_without(secret, give, outage, bob, api):
    def price():
        with CaptureQueriesContext(connection) as queries:
            assert api(User.objects.get(pk=bob.pk)).get("/api/v1/incidents/").status_code == 200
        return len(queries)

    before = price()
    give(person=bob)
    assert price() == before == 3  # the person, the rows, and their services
