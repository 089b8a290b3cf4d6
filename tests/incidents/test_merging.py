"""Two told as one, and one told as two: what comes along, what leads where, and how it is undone."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent, PrivateScope
from apps.core.errors import Conflict
from apps.incidents.models import Incident, TimelineEntry
from apps.incidents.operations import (
    add_entry,
    add_window,
    assign_role,
    declare_incident,
    edit_entry,
    edit_incident,
    edit_update,
    end_role,
    grant_access,
    merge_incidents,
    post_update,
    revoke_access,
    split_incident,
    transition_incident,
    unmerge_incident,
)
from apps.incidents.policies import can_see
from tests.factories import make_service

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def refunds(payments):
    return make_service(slug="refunds", owner_team=payments)


@pytest.fixture
def double(bob, refunds, noon):
    """The same trouble, declared by bob from where he sits, with two entries and a scribe."""
    row = declare_incident(title="Refunds wait", severity=3, services=[refunds], by=bob, now=noon)
    add_entry(row, body="The queue stands still", by=bob, now=noon)
    post_update(row, conditions="Refunds wait", by=bob, now=noon)
    assign_role(row, role="scribe", person=bob, by=bob, now=noon)
    return row


@pytest.fixture
def third(alice, noon):
    row = declare_incident(title="Invoices wait", severity=3, by=alice, now=noon)
    add_entry(row, body="No invoice since noon", by=alice, now=noon)
    return row


def address(incident, rest=""):
    return f"/api/v1/incidents/{incident.key}/{rest}"


def bodies(incident):
    return {entry.body for entry in incident.timeline.by_people()}


def slugs(incident):
    return {service.slug for service in Incident.objects.get(pk=incident.pk).services.all()}


def fresh(incident):
    return Incident.objects.get(pk=incident.pk)


def test_what_people_wrote_the_services_and_free_roles_come_along(outage, double, alice, bob, noon):
    row = merge_incidents(outage, merged=[double], by=alice, now=noon + HOUR)
    assert bodies(row) == {"The queue stands still", "Conditions: Refunds wait"}
    assert slugs(row) == {"checkout", "refunds"}
    assert row.roles.get(role="scribe").person == bob
    assert row.commander == alice
    assert {entry.came_with for entry in row.timeline.by_people()} == {double}
    assert "Another incident was merged into this incident" in {entry.body for entry in row.timeline.all()}
    assert [entry.kind for entry in double.timeline.all()] == ["status", "role", "status"]  # the portal's own
    event = AuditEvent.objects.get(verb="incident.absorbed")
    assert event.changes == {
        "entries": [0, 2],
        "services": [[], ["refunds"]],
        "roles": [[], ["scribe: bob"]],
    }


def test_several_at_once_all_or_none(outage, double, third, alice, noon):
    transition_incident(third, to="resolved", by=alice, now=noon)
    with pytest.raises(Conflict, match=third.key):
        merge_incidents(outage, merged=[double, third], by=alice, now=noon)
    assert fresh(double).status == "investigating"
    transition_incident(third, to="investigating", reason="Not over", by=alice, now=noon)
    merge_incidents(outage, merged=[double, third], by=alice, now=noon)
    assert {row.key for row in Incident.objects.absorbed_by(outage)} == {double.key, third.key}
    with pytest.raises(ValidationError):
        merge_incidents(outage, merged=[], by=alice, now=noon)


def test_a_merge_says_of_which_it_is_not_possible(outage, double, alice, noon):
    with pytest.raises(ValidationError, match="INC-1: An incident cannot be merged into itself") as refusal:
        merge_incidents(outage, merged=[outage, double], by=alice, now=noon)
    assert set(refusal.value.message_dict) == {"incidents"}


def test_chains_end_at_the_end(outage, double, third, alice, root, web, api, noon):
    merge_incidents(double, merged=[third], by=alice, now=noon)
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    assert bodies(outage) == {"The queue stands still", "Conditions: Refunds wait", "No invoice since noon"}
    client = web(alice)
    for old in (double, third):
        assert client.get(f"/incidents/{old.key}/").url == f"/incidents/{outage.key}/"
        found = client.get("/search/", {"q": old.key.lower()}, follow=True)
        assert found.redirect_chain[-1][0] == f"/incidents/{outage.key}/"
        moved = api(alice).get(address(old))
        assert (moved.status_code, moved["Location"]) == (308, address(outage))
    page = client.get(f"/incidents/{outage.key}/").content.decode()
    assert page.count("Merged into this one") == 2
    assert f"from {third.key}" in page
    assert "Undo" not in page
    assert f"/incidents/{third.key}/unmerge/" in web(root).get(f"/incidents/{outage.key}/").content.decode()


def test_only_responders_of_the_merged_one_merge_it_and_only_writers_into_another(
    outage, double, charlie, ada, noon
):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            merge_incidents(outage, merged=[double], by=person, now=noon)
    own = declare_incident(title="Cards fail here too", severity=3, by=charlie, now=noon)
    merge_incidents(outage, merged=[own], by=charlie, now=noon)
    assert fresh(own).merged_into == outage


def test_a_private_incident_and_one_that_is_not_never_become_one(outage, double, secret, alice, root, noon):
    for one, into in ((secret, outage), (outage, secret)):
        with pytest.raises(ValidationError, match="One of the two is private"):
            merge_incidents(into, merged=[one], by=root, now=noon)
    mine = declare_incident(title="Mine", severity=3, is_private=True, by=alice, now=noon)
    with pytest.raises(ValidationError) as refusal:
        merge_incidents(secret, merged=[mine], by=alice, now=noon)
    assert "ZEBRA" not in str(refusal.value)


def test_what_was_merged_is_as_private_as_where_it_went(outage, double, alice, charlie, noon, web):
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=noon)
    assert fresh(double).is_private
    assert PrivateScope.objects.filter(scope=double.audit_scope).exists()
    assert web(charlie).get(f"/incidents/{double.key}/").status_code == 404
    edit_incident(outage, changes={"is_private": False}, by=alice, now=noon)
    assert not fresh(double).is_private
    assert not PrivateScope.objects.exists()


def test_an_admin_undoes_a_merge_and_everything_returns(outage, double, third, alice, root, noon):
    transition_incident(double, to="identified", by=alice, now=noon)
    merge_incidents(double, merged=[third], by=alice, now=noon)
    merge_incidents(outage, merged=[double], by=alice, now=noon + HOUR)
    own = add_entry(outage, body="Ours", by=alice, now=noon)
    with pytest.raises(PermissionDenied):
        unmerge_incident(double, reason="Two causes", by=alice, now=noon + HOUR)
    with pytest.raises(ValidationError):
        unmerge_incident(double, reason=" ", by=root, now=noon + HOUR)
    row = unmerge_incident(double, reason="Two causes", by=root, now=noon + 2 * HOUR)
    assert (row.status, row.merged_into) == ("identified", None)
    assert row.impact_windows.get().end is None  # the merge ended it, and nothing else
    assert bodies(row) == {"The queue stands still", "Conditions: Refunds wait", "No invoice since noon"}
    assert bodies(outage) == {own.body}
    assert slugs(outage) == {"checkout"}
    move = row.transitions.last()
    assert (move.from_status, move.to_status, move.reason) == ("merged", "identified", "Two causes")
    assert AuditEvent.objects.filter(verb="incident.unmerged").count() == 1
    assert outage.timeline.filter(body="Another incident was taken out again").exists()
    with pytest.raises(Conflict, match="not merged"):
        unmerge_incident(double, reason="Again", by=root, now=noon + 2 * HOUR)
    unmerge_incident(third, reason="Three causes", by=root, now=noon + 2 * HOUR)
    assert bodies(third) == {"No invoice since noon"}
    assert not TimelineEntry.objects.exclude(came_with=None).exists()


@pytest.mark.parametrize("hidden", ["the one that was merged", "the other"])
def test_once_a_merge_is_undone_neither_names_the_other_that_became_private(
    outage, double, alice, charlie, ada, root, web, api, noon, hidden
):
    merge_incidents(outage, merged=[double], by=root, now=noon + HOUR)
    unmerge_incident(double, reason="Two causes", by=root, now=noon + HOUR)
    seen, secret = (outage, double) if hidden == "the one that was merged" else (double, outage)
    edit_incident(secret, changes={"is_private": True}, by=root, now=noon + HOUR)
    addresses = (
        f"/incidents/{seen.key}/",
        f"/audit/?object={seen.key}",
        address(seen),
        address(seen, "timeline/"),
    )
    named = re.compile(rf"{secret.key}\b")  # INC-12 is a hint in fields
    for person in (charlie, ada):
        texts = [door(person).get(path).content.decode() for door in (web, api) for path in addresses]
        assert not [text for text in texts if named.search(text)]
    told = AuditEvent.objects.filter(scope=seen.audit_scope).values_list("verb", "changes")
    assert not [one for one in told if secret.key in str(one)]


def test_a_service_that_two_brought_stays_until_both_are_taken_out(
    outage, double, alice, root, refunds, noon
):
    also = declare_incident(title="Also", severity=3, services=[refunds], by=alice, now=noon)
    merge_incidents(outage, merged=[double, also], by=alice, now=noon)
    unmerge_incident(double, reason="Two causes", by=root, now=noon)
    assert slugs(outage) == {"checkout", "refunds"}
    unmerge_incident(also, reason="Three causes", by=root, now=noon)
    assert slugs(outage) == {"checkout"}


def test_taken_out_of_the_middle_of_a_chain_it_takes_only_its_own(outage, double, third, alice, root, noon):
    merge_incidents(third, merged=[double], by=alice, now=noon)
    merge_incidents(outage, merged=[third], by=alice, now=noon)
    assert slugs(outage) == {"checkout", "refunds"}
    unmerge_incident(double, reason="Two causes", by=root, now=noon)
    assert bodies(outage) == {"No invoice since noon"}
    assert slugs(outage) == {"checkout"}
    assert slugs(third) == set()


def test_a_split_takes_entries_services_and_their_windows_along(outage, double, alice, refunds, noon, web):
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    window = add_window(fresh(outage), service=refunds, start=noon - MINUTE, by=alice, now=noon)
    entry = outage.timeline.get(body="The queue stands still")
    new = split_incident(
        outage, title="Refunds wait", entries=[entry], services=[refunds], by=alice, now=noon + HOUR
    )
    assert (new.severity, new.started_at, new.status) == (2, noon - MINUTE, "investigating")
    assert bodies(new) == {"The queue stands still"}
    assert slugs(new) == {"refunds"}
    assert slugs(outage) == {"checkout"}
    window.refresh_from_db()
    assert window.incident == new
    assert outage.timeline.last().body == "Split off as an incident of its own: 1 entry, refunds"
    link = new.links_out.get()
    assert (link.kind, link.to_incident) == ("related", outage)
    assert AuditEvent.objects.get(verb="incident.split").changes["entries"] == [1, 0]
    assert new.title in web(alice).get(f"/incidents/{outage.key}/").content.decode()


def test_a_split_needs_something_of_its_own_to_take(outage, double, alice, charlie, refunds, noon):
    foreign, auto = double.timeline.by_people().first(), outage.timeline.get(kind="status")
    for wrong in ({}, {"entries": [foreign]}, {"entries": [auto]}, {"services": [refunds]}):
        with pytest.raises(ValidationError) as refusal:
            split_incident(outage, title="x", by=alice, now=noon, **wrong)
        assert set(refusal.value.message_dict) <= {"entries", "services"}
    with pytest.raises(PermissionDenied):
        split_incident(outage, title="x", services=[], by=charlie, now=noon)
    transition_incident(outage, to="cancelled", reason="Nothing", by=alice, now=noon)
    with pytest.raises(Conflict, match="declare a new one"):
        split_incident(outage, title="x", entries=[foreign], by=alice, now=noon)
    assert Incident.objects.count() == 2


def test_what_is_split_off_from_a_private_incident_is_private(secret, root, checkout, noon):
    new = split_incident(secret, title="ZEBRA stripes", services=[checkout], by=root, now=noon)
    assert new.is_private
    assert PrivateScope.objects.filter(scope=new.audit_scope).exists()
    assert new.key not in secret.timeline.last().body


def test_who_read_a_private_incident_reads_what_is_split_off_from_it(
    secret, root, alice, bob, charlie, ada, payments, checkout, noon
):
    for role, person in (("commander", alice), ("scribe", charlie)):
        assign_role(secret, role=role, person=person, by=root, now=noon)
    end_role(secret, role="scribe", by=root, now=noon)
    ends = noon + 48 * HOUR
    running = [
        grant_access(secret, **whom, ends_at=ends, by=root, now=noon)
        for whom in ({"team": payments}, {"person": ada})
    ]
    revoke_access(running[1], by=root, now=noon + MINUTE)
    new = split_incident(secret, title="ZEBRA stripes", services=[checkout], by=alice, now=noon + HOUR)
    assert [(role.role, role.person) for role in new.roles.all()] == [("commander", alice)]
    assert new.commander == alice
    assert list(new.grants.running(noon + HOUR).filter(team=payments).values_list("ends_at", flat=True)) == [
        ends
    ]
    for person in (root, alice, bob, charlie, ada):
        assert can_see(person, new) == can_see(person, secret) == (person != ada)
    events = AuditEvent.objects.filter(verb="incident.access_granted", scope=new.audit_scope)
    assert events.count() == new.grants.count() == 3  # payments, and root and charlie who took part


def test_the_kind_of_an_incident_stays_one_that_fits_what_was_merged_into_it(outage, double, alice, noon):
    edit_incident(double, changes={"kind": "near_miss"}, by=alice, now=noon)
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    for kind in ("drill", "test", "backfilled"):
        with pytest.raises(ValidationError, match="would not fit"):
            edit_incident(outage, changes={"kind": kind}, by=alice, now=noon)
    edit_incident(outage, changes={"kind": "near_miss"}, by=alice, now=noon)
    assert fresh(outage).kind == "near_miss"


def test_the_pages_merge_split_and_undo(web, alice, root, outage, double, third):
    client, path = web(alice), f"/incidents/{outage.key}/"
    form = client.get(f"{path}merge/").content.decode()
    assert double.title in form
    wrong = client.post(f"{path}merge/", {"keys": "INC-99", "reason": "Same cause"}).content.decode()
    assert "There is no incident INC-99 that you may see." in wrong
    assert "Same cause" in wrong
    assert "Name at least one incident" in client.post(f"{path}merge/", {"keys": ""}).content.decode()
    for _ in range(2):
        typed = {"ticked": [double.key], "keys": third.key.lower(), "once": "o"}
        assert client.post(f"{path}merge/", typed).url == path
    assert fresh(third).status == fresh(double).status == "merged"
    entry = outage.timeline.get(body="No invoice since noon")
    assert "No invoice since noon" in client.get(f"{path}split/").content.decode()
    typed = {"title": "Invoices", "severity": 3, "entries": [str(entry.uuid)], "once": "s"}
    assert client.post(f"{path}split/", typed | {"entries": ["x"], "once": "t"}).status_code == 200
    split, again = (client.post(f"{path}split/", typed) for _ in range(2))
    assert split.url == again.url
    assert client.get(split.url).status_code == 200
    assert client.get(f"/incidents/{double.key}/unmerge/").status_code == 403
    undo = web(root).post(f"/incidents/{double.key}/unmerge/", {"reason": "Two causes"})
    assert undo.url == f"/incidents/{double.key}/"
    assert web(root).get(f"/incidents/{double.key}/").status_code == 200


def test_a_program_merges_splits_and_undoes(api, alice, root, outage, double, third):
    client = api(alice)
    assert client.post(address(outage, "merged/"), {"incidents": ["INC-99"]}).status_code == 400
    assert client.post(address(outage, "merged/"), {"incidents": []}).status_code == 400
    merged = client.post(address(outage, "merged/"), {"incidents": [double.key, third.key]})
    assert merged.status_code == 200
    assert merged.json()["key"] == outage.key
    assert {row["key"] for row in client.get(address(outage, "merged/")).json()} == {double.key, third.key}
    entry = next(
        row for row in client.get(address(outage, "timeline/")).json()["results"] if row["came_with"]
    )
    body = {"title": "Off", "entries": [entry["id"]], "services": ["refunds"]}
    split = [client.post(address(outage, "split/"), body, headers={"Idempotency-Key": "s"}) for _ in range(2)]
    assert [answer.status_code for answer in split] == [201, 201]
    assert split[0].json() == split[1].json()
    assert client.post(address(outage, "split/"), body | {"services": []}).status_code == 400
    assert client.post(address(double, "unmerge/"), {"reason": "x"}).status_code == 403
    undone = api(root).post(address(double, "unmerge/"), {"reason": "Two causes"})
    assert (undone.status_code, undone.json()["status"]) == (200, "investigating")
    assert api(root).post(address(double, "unmerge/"), {"reason": "x"}).status_code == 409


def test_what_is_written_while_others_merge_it_is_refused_and_never_left_behind(outage, double, alice, noon):
    as_it_was = fresh(double)
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    with pytest.raises(Conflict, match="merged just now"):
        add_entry(as_it_was, body="Still waiting", by=alice, now=noon)
    assert not double.timeline.by_people().exists()


def test_what_is_corrected_while_others_merge_it_is_refused(outage, double, alice, bob, noon):
    seen = {entry.kind: entry for entry in double.timeline.by_people().select_related("incident")}
    merge_incidents(outage, merged=[double], by=alice, now=noon)
    before = bodies(outage)
    with pytest.raises(Conflict, match="moved to another incident just now"):
        edit_entry(seen["update"], body="It moves again", by=bob, now=noon)
    with pytest.raises(Conflict, match="moved to another incident just now"):
        edit_update(seen["report"], changes={"conditions": "It moves again"}, by=bob, now=noon)
    assert bodies(outage) == before
    assert edit_entry(outage.timeline.get(pk=seen["update"].pk), body="It moves", by=bob, now=noon)
