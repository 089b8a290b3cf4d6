"""Status updates: conditions, actions, needs; inside or public."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import StatusUpdate
from apps.incidents.operations import (
    PUBLIC_END,
    add_entry,
    declare_incident,
    edit_entry,
    edit_incident,
    edit_update,
    missing_to_close,
    post_update,
    set_milestone,
    transition_incident,
    waive_public_end,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAID = {"conditions": "One in ten fails", "actions": "Rolling back", "needs": "Somebody from Ledger"}
OUT = {"is_public": True, "public_state": "investigating"}


def post(incident, by, now, **kw):
    return post_update(incident, **{**SAID, **kw}, by=by, now=now)


def outside():
    return list(StatusUpdate.objects.public())


def test_an_update_is_an_entry_of_the_timeline_with_three_parts(outage, charlie, noon):
    entry = post(outage, charlie, noon, conditions="  One in ten fails ")
    assert entry.kind == "report"
    assert entry.body == "Conditions: One in ten fails\nActions: Rolling back\nNeeds: Somebody from Ledger"
    assert outside() == []
    event = AuditEvent.objects.get(verb="timeline.update_posted")
    assert event.changes == {name: [None, text] for name, text in SAID.items()}
    assert event.scope == outage.audit_scope


def test_a_public_update_shows_conditions_and_actions_but_never_needs(outage, alice, noon):
    entry = post(outage, alice, noon, **OUT)
    (told,) = outside()
    assert (told.entry, told.public_state) == (entry, "investigating")
    assert told.public_text == "One in ten fails\n\nRolling back"


def test_only_responders_speak_in_public(outage, charlie, alice, noon):
    with pytest.raises(PermissionDenied):
        post(outage, charlie, noon, **OUT)
    entry = post(outage, alice, noon, **OUT)
    with pytest.raises(PermissionDenied):
        edit_update(entry, changes={"is_public": False}, by=charlie, now=noon)
    mine = post(outage, charlie, noon)
    with pytest.raises(PermissionDenied):
        edit_update(mine, changes=OUT, by=charlie, now=noon)
    assert len(outside()) == 1


@pytest.mark.parametrize("kind", ["near_miss", "drill", "test"])
def test_what_is_private_or_not_real_is_never_told_outside(secret, alice, root, noon, kind):
    drill = declare_incident(title="Practice", severity=3, kind=kind, by=alice, now=noon)
    for incident, by in ((secret, root), (drill, alice)):
        with pytest.raises(ValidationError, match="not private"):
            post(incident, by, noon, **OUT)


def test_an_incident_that_becomes_private_takes_its_public_updates_along(outage, alice, noon):
    entry = post(outage, alice, noon, **OUT)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=noon)
    assert outside() == []
    edit_update(entry, changes={"conditions": "One in nine fails"}, by=alice, now=noon)
    edit_incident(outage, changes={"is_private": False}, by=alice, now=noon)
    assert [told.conditions for told in outside()] == ["One in nine fails"]
    edit_incident(outage, changes={"kind": "drill"}, by=alice, now=noon)
    assert outside() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conditions": "  "}, "conditions"),
        ({"conditions": "x" * 3001}, "conditions"),
        ({"needs": "x" * 3001}, "needs"),
        ({"is_public": True}, "public_state"),
        ({"is_public": True, "public_state": "fixed"}, "public_state"),
        ({"public_state": "resolved"}, "public_state"),
        ({"at": "later"}, "at"),
    ],
)
def test_bad_values_are_refused_by_field_and_leave_nothing(outage, alice, noon, change, field):
    if "at" in change:
        change = {"at": noon + HOUR}
    with pytest.raises(ValidationError) as refusal:
        post(outage, alice, noon, **change)
    assert set(refusal.value.message_dict) == {field}
    assert not StatusUpdate.objects.exists()
    assert not outage.timeline.filter(kind="report").exists()


def test_the_database_knows_no_public_update_without_a_state(outage, alice, noon):
    entry = post(outage, alice, noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusUpdate.objects.filter(entry=entry).update(is_public=True)


def test_a_corrected_update_keeps_what_it_said(outage, alice, noon):
    entry = post(outage, alice, noon, **OUT)
    row = edit_update(
        entry, changes={"conditions": "One in nine fails", "at": noon - HOUR}, by=alice, now=noon + HOUR
    )
    assert row.edits.get().body.startswith("Conditions: One in ten fails")
    assert (row.body.splitlines()[0], row.at) == ("Conditions: One in nine fails", noon - HOUR)
    event = AuditEvent.objects.get(verb="timeline.update_edited")
    assert event.changes["conditions"] == ["One in ten fails", "One in nine fails"]
    edit_update(row, changes={"conditions": "One in nine fails"}, by=alice, now=noon + HOUR)
    assert AuditEvent.objects.filter(verb="timeline.update_edited").count() == 1


def test_a_public_update_is_taken_back_inside_at_once(outage, alice, noon):
    entry = post(outage, alice, noon, **OUT)
    edit_update(entry, changes={"is_public": False}, by=alice, now=noon)
    assert outside() == []
    assert AuditEvent.objects.get(verb="timeline.update_edited").changes["is_public"] == [True, False]


def test_its_parts_are_not_overwritten_by_a_plain_correction(outage, alice, noon):
    entry = post(outage, alice, noon)
    with pytest.raises(ValidationError, match="conditions, actions and needs"):
        edit_entry(entry, body="Something else", by=alice, now=noon)
    with pytest.raises(ValidationError, match="Choose one of"):
        add_entry(outage, kind="report", body="x", by=alice, now=noon)


def test_a_merged_incident_takes_no_more_updates(outage, alice, noon):
    other = declare_incident(title="Same", severity=3, by=alice, now=noon)
    transition_incident(other, to="merged", into=outage, by=alice, now=noon)
    with pytest.raises(Conflict, match="merged"):
        post(other, alice, noon)


def test_the_form_posts_once_and_the_page_shows_the_parts(web, alice, outage):
    client, path = web(alice), f"/incidents/{outage.key}/updates/new/"
    assert client.get(path).context["form"].initial["public_state"] == "investigating"
    for _ in range(2):
        answer = client.post(path, {**SAID, "is_public": "on", "public_state": "identified", "once": "1"})
        assert answer.status_code == 302
    assert outage.timeline.filter(kind="report").count() == 1
    page = client.get(f"/incidents/{outage.key}/").content.decode()
    assert "Public: identified" in page
    assert "<dt>Needs</dt><dd>Somebody from Ledger</dd>" in page
    refused = client.post(path, {"conditions": "", "actions": "Kept", "once": "2"})
    assert "Say how it is now" in refused.content.decode()
    assert "Kept" in refused.content.decode()


def test_who_may_not_publish_is_not_asked_to(web, charlie, alice, secret, root, outage, noon):
    asked = web(charlie).get(f"/incidents/{outage.key}/updates/new/")
    assert "is_public" not in asked.context["form"].fields
    assert f"/status-pages/incidents/{outage.key}/" not in asked.content.decode()
    assert "is_public" not in web(root).get(f"/incidents/{secret.key}/updates/new/").context["form"].fields
    plain = add_entry(outage, body="x", by=alice, now=noon)
    assert web(alice).get(f"/incidents/{outage.key}/updates/{plain.uuid}/edit/").status_code == 404


def test_a_form_corrects_it_and_untouched_seconds_stay(web, alice, outage, noon):
    entry = post(outage, alice, noon, at=noon - timedelta(seconds=90), **OUT)
    path = f"/incidents/{outage.key}/updates/{entry.uuid}/edit/"
    shown = web(alice).get(path).context["form"]
    assert (shown["conditions"].value(), shown["is_public"].value()) == ("One in ten fails", True)
    sent = {**SAID, "conditions": "All fail", "at": f"{entry.at:%Y-%m-%dT%H:%M}", "once": "1"}
    assert web(alice).post(path, sent).status_code == 302
    entry.refresh_from_db()
    assert (entry.body.splitlines()[0], entry.at) == ("Conditions: All fail", noon - timedelta(seconds=90))
    assert outside() == []


def test_programs_post_read_and_correct_updates(api, alice, charlie, outage):
    path = f"/api/v1/incidents/{outage.key}/updates/"
    answer = api(alice).post(path, {**SAID, **OUT})
    assert answer.status_code == 201
    row = answer.json()
    assert (row["kind"], row["needs"], row["public_state"]) == ("report", SAID["needs"], "investigating")
    assert api(charlie).get(path).json()["results"] == [row]
    assert api(charlie).post(path, {**SAID, **OUT}).status_code == 403
    changed = api(alice).patch(f"{path}{row['id']}/", {"is_public": False})
    assert (changed.json()["is_public"], changed.json()["public_state"]) == (False, "")
    assert api(alice).patch(f"{path}{row['id']}/", {"body": "x"}).status_code == 400
    assert api(alice).post(path, {"conditions": "x", "public_state": "resolved"}).status_code == 400
    twice = [api(alice).post(path, SAID, headers={"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert twice[0] == twice[1]
    assert len(api(alice).get(path).json()["results"]) == 2


def test_what_was_begun_in_public_is_ended_in_public_or_somebody_says_why_not(
    web, api, alice, bob, charlie, outage, noon
):
    set_milestone(outage, kind="mitigated", at=noon, by=alice, now=noon)
    row = transition_incident(outage, to="resolved", by=alice, now=noon)
    assert missing_to_close(row) == []
    public = {"conditions": "Some payments fail", "is_public": True, "by": bob}
    entry = post_update(row, **public, public_state="monitoring", now=noon + MINUTE)
    assert missing_to_close(row) == [PUBLIC_END]
    with pytest.raises(Conflict) as refusal:
        transition_incident(row, to="closed", by=alice, now=noon + 2 * MINUTE)
    assert refusal.value.missing == [PUBLIC_END]
    page = web(alice).get(row.get_absolute_url()).content.decode()
    assert f'href="/incidents/{row.key}/public-end/"' in page
    with pytest.raises(PermissionDenied):
        waive_public_end(row, reason="x", by=charlie, now=noon)
    client = web(alice)
    assert client.post(f"/incidents/{row.key}/public-end/", {"reason": "Told by phone"}).status_code == 302
    assert missing_to_close(row) == []
    assert (
        api(alice)
        .post(f"/api/v1/incidents/{row.key}/public-end/", {"reason": "x"}, format="json")
        .status_code
        == 409
    )
    later = timezone.now() + MINUTE
    edit_update(entry, changes={"at": later}, by=bob, now=later)
    assert missing_to_close(row) == [PUBLIC_END]  # said in public after it
    post_update(row, **public, public_state="resolved", now=later + MINUTE)
    assert missing_to_close(row) == []
    assert AuditEvent.objects.get(verb="incident.public_end_waived").changes == {
        "reason": [None, "Told by phone"]
    }
