from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent, PrivateScope
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.models import Incident
from apps.incidents.operations import (
    acknowledge_incident,
    add_entry,
    assign_role,
    declare_incident,
    edit_entry,
    edit_incident,
    end_role,
    hand_over,
    set_milestone,
    star_entry,
    transition_incident,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_anybody_takes_a_free_role_but_only_responders_give_one(outage, bob, charlie, noon):
    assign_role(outage, role="scribe", person=charlie, by=charlie, now=noon)
    assert outage.timeline.last().body == "Charlie took the scribe role"
    with pytest.raises(PermissionDenied):
        assign_role(declared_by_bob(bob, noon), role="ops", person=bob, by=charlie, now=noon)


def declared_by_bob(bob, noon):
    return declare_incident(title="Other", severity=4, by=bob, now=noon)


def test_a_role_has_one_holder_at_a_time(outage, alice, bob, noon):
    with pytest.raises(Conflict, match="Alice"):
        assign_role(outage, role="commander", person=bob, by=bob, now=noon)
    hand_over(outage, role="commander", to=bob, by=alice, now=noon + HOUR)
    outage.refresh_from_db()
    assert outage.commander == bob
    assert [(row.person, row.since, row.until) for row in outage.roles.all()] == [
        (alice, noon, noon + HOUR),
        (bob, noon + HOUR, None),
    ]
    with pytest.raises(Conflict, match="already"):
        hand_over(outage, role="commander", to=bob, by=alice, now=noon + HOUR)


def test_an_ended_role_leaves_nobody_in_it(outage, alice, noon):
    end_role(outage, role="commander", by=alice, now=noon)
    outage.refresh_from_db()
    assert outage.commander is None
    with pytest.raises(Conflict):
        end_role(outage, role="commander", by=alice, now=noon)
    with pytest.raises(Conflict):
        hand_over(outage, role="commander", to=alice, by=alice, now=noon)


def test_an_auditor_cannot_hold_a_role_and_a_role_must_exist(outage, alice, ada, bob, noon):
    with pytest.raises(ValidationError) as refusal:
        assign_role(outage, role="ops", person=ada, by=alice, now=noon)
    assert set(refusal.value.message_dict) == {"person"}
    with pytest.raises(ValidationError):
        assign_role(outage, role="king", person=bob, by=alice, now=noon)


def test_handing_over_makes_older_pages_stale_and_is_audited(outage, alice, bob, noon):
    hand_over(outage, role="commander", to=bob, by=alice, now=noon)
    with pytest.raises(StaleVersion):
        edit_incident(outage, changes={"title": "x"}, seen=outage.version, by=alice, now=noon)
    event = AuditEvent.objects.first()
    assert (event.verb, event.changes) == ("incident.role_handed_over", {"commander": ["alice", "bob"]})


def test_acknowledging_counts_once(outage, bob, noon):
    acknowledge_incident(outage, by=bob, now=noon + HOUR)
    assert outage.milestones.get(kind="acknowledged").at == noon + HOUR
    with pytest.raises(Conflict):
        acknowledge_incident(outage, by=bob, now=noon + HOUR)


def test_a_milestone_moves_the_incident_and_its_window_along(outage, alice, noon):
    earlier = noon - 2 * HOUR
    row = set_milestone(
        outage, kind="impact_started", at=earlier, source="estimate", precision_minutes=15, by=alice, now=noon
    )
    assert row.started_at == earlier
    assert row.impact_windows.get().start == earlier
    stored = row.milestones.get(kind="impact_started")
    assert (stored.source, stored.precision_minutes) == ("estimate", 15)


def test_an_unknown_time_needs_a_reason(outage, alice, noon):
    with pytest.raises(ValidationError) as refusal:
        set_milestone(outage, kind="detected", by=alice, now=noon)
    assert set(refusal.value.message_dict) == {"note"}
    set_milestone(outage, kind="detected", note="The alert was lost", by=alice, now=noon)
    assert outage.milestones.get(kind="detected").at is None


@pytest.mark.parametrize(
    ("kind", "hours", "other"),
    [
        ("impact_started", 1, "Detected"),
        ("detected", -5, "Impact started"),
        ("acknowledged", -1, "Detected"),
        ("mitigated", -1, "Detected"),
    ],
)
def test_an_order_that_runs_backwards_is_refused_naming_both(outage, alice, noon, kind, hours, other):
    with pytest.raises(ValidationError) as refusal:
        set_milestone(outage, kind=kind, at=noon + hours * HOUR, by=alice, now=noon + 9 * HOUR)
    assert other in refusal.value.message_dict["at"][0]
    assert Incident.objects.get(pk=outage.pk).started_at == outage.started_at


def test_resolved_is_a_move_before_it_is_a_time(outage, alice, noon):
    for kind in ("resolved", "closed"):
        with pytest.raises(ValidationError) as refusal:
            set_milestone(outage, kind=kind, at=noon, by=alice, now=noon)
        assert set(refusal.value.message_dict) == {"kind"}
    transition_incident(outage, to="resolved", by=alice, now=noon + 2 * HOUR)
    row = set_milestone(outage, kind="resolved", at=noon + HOUR, by=alice, now=noon + 2 * HOUR)
    assert row.resolved_at == noon + HOUR


def test_a_milestone_is_not_set_by_strangers_nor_as_automatic(outage, alice, charlie, noon):
    with pytest.raises(PermissionDenied):
        set_milestone(outage, kind="detected", at=noon, by=charlie, now=noon)
    with pytest.raises(ValidationError):
        set_milestone(outage, kind="detected", at=noon, source="auto", by=alice, now=noon)


def test_editing_keeps_before_and_after_and_tells_of_the_severity(outage, alice, noon):
    edit_incident(outage, changes={"severity": 1, "title": "All cards fail"}, by=alice, now=noon)
    assert outage.timeline.last().body == "Severity raised to SEV1"
    event = AuditEvent.objects.first()
    assert event.verb == "incident.edited"
    assert event.changes == {"severity": [2, 1], "title": ["Card payments time out", "All cards fail"]}


def test_services_are_replaced_and_raise_the_version(outage, alice, noon):
    row = edit_incident(outage, changes={"services": []}, by=alice, now=noon)
    assert row.version == outage.version + 1
    assert not row.services.exists()
    assert AuditEvent.objects.first().changes == {"services": [["checkout"], []]}


def test_a_stale_edit_is_refused_and_an_equal_one_writes_nothing(outage, alice, noon):
    edit_incident(outage, changes={"title": outage.title}, seen=1, by=alice, now=noon)
    assert AuditEvent.objects.count() == 1
    edit_incident(outage, changes={"title": "One"}, seen=1, by=alice, now=noon)
    with pytest.raises(StaleVersion):
        edit_incident(outage, changes={"title": "Two"}, seen=1, by=alice, now=noon)
    assert Incident.objects.get(pk=outage.pk).title == "One"


def test_making_it_private_hides_its_past_too_and_back(outage, alice, bob, noon):
    with pytest.raises(ValidationError) as refusal:
        edit_incident(outage, changes={"is_private": True}, by=bob, now=noon)
    assert set(refusal.value.message_dict) == {"is_private"}
    edit_incident(outage, changes={"is_private": True}, by=alice, now=noon)
    assert PrivateScope.objects.filter(scope=outage.audit_scope).exists()
    edit_incident(outage, changes={"is_private": False}, by=alice, now=noon)
    assert not PrivateScope.objects.exists()


def test_a_merged_incident_is_not_edited_nor_written_into(outage, alice, noon):
    other = declare_incident(title="Same", severity=3, by=alice, now=noon)
    transition_incident(other, to="merged", into=outage, by=alice, now=noon)
    with pytest.raises(Conflict):
        edit_incident(other, changes={"title": "x"}, by=alice, now=noon)
    other.refresh_from_db()
    with pytest.raises(Conflict):
        add_entry(other, body="x", by=alice, now=noon)


def test_entries_are_typed_dated_and_audited(outage, charlie, noon):
    entry = add_entry(outage, body=" Rolled back ", kind="action", at=noon - HOUR, by=charlie, now=noon)
    assert (entry.body, entry.at, entry.author) == ("Rolled back", noon - HOUR, charlie)
    event = AuditEvent.objects.first()
    assert (event.verb, event.scope) == ("timeline.entry_added", outage.audit_scope)


@pytest.mark.parametrize(
    ("kw", "field"),
    [
        ({"body": "  "}, "body"),
        ({"body": "x", "kind": "status"}, "kind"),
        ({"body": "javascript:alert(1)", "kind": "link"}, "body"),
        ({"body": "ftp://x y", "kind": "link"}, "body"),
    ],
)
def test_an_entry_says_something_of_a_kind_that_people_write(outage, alice, noon, kw, field):
    with pytest.raises(ValidationError) as refusal:
        add_entry(outage, by=alice, now=noon, **kw)
    assert set(refusal.value.message_dict) == {field}


def test_a_link_shows_its_label_or_its_address(outage, alice, noon):
    entry = add_entry(outage, body="https://x.example/1 The graph", kind="link", by=alice, now=noon)
    assert entry.link == ("https://x.example/1", "The graph")
    entry.body = "https://x.example/1"
    assert entry.link == ("https://x.example/1", "https://x.example/1")


def test_a_corrected_entry_keeps_what_it_said(outage, charlie, noon):
    entry = add_entry(outage, body="Timeouts at 11%", by=charlie, now=noon)
    edit_entry(entry, body="Timeouts at 11%", by=charlie, now=noon + HOUR)
    assert not entry.edits.exists()
    row = edit_entry(entry, body="Timeouts at 9%", by=charlie, now=noon + HOUR)
    assert row.edited_at == noon + HOUR
    edit = row.edits.get()
    assert (edit.body, edit.edited_by, edit.edited_at) == ("Timeouts at 11%", charlie, noon + HOUR)


def test_a_stranger_corrects_nobody_and_nobody_corrects_the_portal(outage, alice, charlie, noon):
    entry = add_entry(outage, body="x", by=alice, now=noon)
    with pytest.raises(PermissionDenied):
        edit_entry(entry, body="y", by=charlie, now=noon)
    with pytest.raises(PermissionDenied):
        edit_entry(outage.timeline.get(kind="status"), body="y", by=alice, now=noon)


def test_a_star_goes_on_and_off(outage, alice, ada, noon):
    entry = add_entry(outage, body="x", by=alice, now=noon)
    assert star_entry(entry, is_starred=True, by=alice).is_starred
    assert AuditEvent.objects.first().verb == "timeline.entry_starred"
    assert not star_entry(entry, is_starred=False, by=alice).is_starred
    with pytest.raises(PermissionDenied):
        star_entry(entry, is_starred=True, by=ada)
