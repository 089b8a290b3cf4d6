from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.models import NEXT_STATUS, REASON_NEEDED, Incident, IncidentStatus
from apps.incidents.operations import (
    declare_incident,
    edit_incident,
    end_role,
    missing_to_close,
    set_milestone,
    transition_incident,
)
from tests.factories import make_incident

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def move(alice):
    def act(incident, to, now, **kw):
        return transition_incident(incident, to=to, now=now, **{"by": alice, **kw})

    return act


def time_of(incident, kind):
    row = incident.milestones.filter(kind=kind).first()
    return row and row.at


def windows(incident):
    return [(window.start, window.end) for window in incident.impact_windows.all()]


@pytest.mark.parametrize("status", IncidentStatus.values)
def test_every_move_outside_the_table_is_refused_with_the_legal_ones(root, noon, status):
    for to in IncidentStatus.values:
        if to in NEXT_STATUS[status]:
            continue
        incident = make_incident(by=root, status=status, status_since=noon)
        with pytest.raises(Conflict) as refusal:
            transition_incident(incident, to=to, reason="because", by=root, now=noon)
        assert refusal.value.allowed == list(NEXT_STATUS[status])
        incident.refresh_from_db()
        assert incident.status == status
        assert not incident.transitions.exists()


@pytest.mark.parametrize(("status", "to"), sorted(REASON_NEEDED))
def test_a_move_back_or_away_needs_a_reason(root, noon, status, to):
    incident = make_incident(by=root, status=status, status_since=noon)
    with pytest.raises(ValidationError) as refusal:
        transition_incident(incident, to=to, reason="  ", by=root, now=noon)
    assert set(refusal.value.message_dict) == {"reason"}
    assert transition_incident(incident, to=to, reason="It came back", by=root, now=noon).status == to


def test_mitigating_sets_the_milestone_and_ends_the_impact(outage, move, noon):
    row = move(outage, "mitigated", noon + HOUR)
    assert row.mitigated_at == time_of(row, "mitigated") == noon + HOUR
    assert windows(row) == [(outage.started_at, noon + HOUR)]


def test_it_may_have_happened_earlier_than_it_is_said(outage, move, noon):
    row = move(outage, "mitigated", noon + HOUR, effective_at=noon + HOUR / 2)
    last = row.transitions.last()
    assert (last.effective_at, last.at) == (noon + HOUR / 2, noon + HOUR)
    assert row.mitigated_at == noon + HOUR / 2


def test_it_cannot_happen_before_it_began_nor_in_the_future(outage, move, noon):
    for wrong in (outage.started_at - HOUR, noon + HOUR):
        with pytest.raises(ValidationError) as refusal:
            move(outage, "mitigated", noon, effective_at=wrong)
        assert set(refusal.value.message_dict) == {"effective_at"}


def test_a_skipped_milestone_stays_empty(outage, move, noon):
    row = move(outage, "resolved", noon + HOUR)
    assert row.mitigated_at is None
    assert time_of(row, "mitigated") is None
    assert row.resolved_at == noon + HOUR


def test_a_relapse_opens_a_new_window_and_never_rewrites_the_mitigation(outage, move, noon):
    move(outage, "mitigated", noon + HOUR)
    row = move(outage, "investigating", noon + 2 * HOUR, reason="Errors are back")
    assert windows(row) == [(outage.started_at, noon + HOUR), (noon + 2 * HOUR, None)]
    move(row, "mitigated", noon + 3 * HOUR)
    row = move(row, "resolved", noon + 4 * HOUR)
    assert row.mitigated_at == time_of(row, "mitigated") == noon + HOUR
    assert windows(row)[-1] == (noon + 2 * HOUR, noon + 3 * HOUR)


def test_a_reopened_incident_is_not_resolved_any_more(outage, move, noon):
    move(outage, "resolved", noon + HOUR)
    row = move(outage, "investigating", noon + 2 * HOUR, reason="Not over")
    assert row.resolved_at is None
    assert time_of(row, "resolved") is None
    row = move(row, "resolved", noon + 3 * HOUR)
    assert row.resolved_at == time_of(row, "resolved") == noon + 3 * HOUR


def test_the_portal_never_overwrites_what_a_person_said(outage, move, alice, noon):
    set_milestone(outage, kind="mitigated", at=noon + HOUR / 2, by=alice, now=noon + HOUR)
    row = move(outage, "mitigated", noon + 2 * HOUR)
    assert row.mitigated_at == noon + HOUR / 2
    unknown = declare_incident(title="Other", severity=3, by=alice, now=noon)
    set_milestone(unknown, kind="mitigated", note="Nobody watched", by=alice, now=noon)
    assert move(unknown, "mitigated", noon + HOUR).mitigated_at is None


def test_a_resolution_before_the_mitigation_is_refused_naming_both(outage, move, noon):
    move(outage, "mitigated", noon + 2 * HOUR)
    with pytest.raises(ValidationError) as refusal:
        move(outage, "resolved", noon + 3 * HOUR, effective_at=noon + HOUR)
    text = refusal.value.messages[0]
    assert "Mitigated" in text
    assert "Resolved" in text
    assert Incident.objects.get(pk=outage.pk).status == "mitigated"


def test_after_fourteen_days_only_a_new_incident_helps(outage, move, noon, alice):
    set_milestone(outage, kind="mitigated", note="Nobody watched", by=alice, now=noon)
    move(outage, "resolved", noon)
    row = move(outage, "closed", noon)
    with pytest.raises(Conflict, match="14 days") as refusal:
        move(row, "investigating", noon + timedelta(days=15), reason="Back")
    assert refusal.value.allowed == []
    assert move(row, "investigating", noon + timedelta(days=13), reason="Back").is_open


def test_a_declined_incident_returns_to_triage(alice, move, noon):
    incident = declare_incident(title="Odd graph", severity=4, status="triage", by=alice, now=noon)
    row = move(incident, "declined", noon, reason="A deploy")
    assert windows(row)[-1][1] == noon
    assert move(row, "triage", noon + HOUR, reason="Not a deploy").status == "triage"


def test_closing_names_everything_that_is_missing_at_once(alice, move, noon):
    incident = declare_incident(title="Mail is late", severity=3, by=alice, now=noon)
    incident.milestones.filter(kind="detected").delete()
    move(incident, "resolved", noon)
    with pytest.raises(Conflict) as refusal:
        move(incident, "closed", noon)
    for word in ("commander", "summary", "“Detected”", "“Mitigated”"):
        assert word in refusal.value.message
    assert refusal.value.allowed == ["investigating"]


def test_a_commander_who_left_counts_and_unknown_with_a_note_counts(outage, alice, move, noon):
    end_role(outage, role="commander", by=alice, now=noon)
    set_milestone(outage, kind="mitigated", note="It faded", by=alice, now=noon)
    move(outage, "resolved", noon + HOUR)
    row = move(outage, "closed", noon + 2 * HOUR)
    assert row.status == "closed"
    assert time_of(row, "closed") == noon + 2 * HOUR


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("near_miss", ["Write a summary."]),
        ("drill", ["Name a commander.", "Write a summary."]),
        ("test", []),
        ("backfilled", []),
    ],
)
def test_other_kinds_lack_only_what_makes_sense_for_them(alice, noon, kind, expected):
    assert (
        missing_to_close(declare_incident(title="x", severity=1, kind=kind, by=alice, now=noon)) == expected
    )


def test_a_small_incident_closes_without_milestones(alice, move, noon):
    incident = declare_incident(title="x", severity=4, summary="Small", commander=alice, by=alice, now=noon)
    move(incident, "resolved", noon)
    assert move(incident, "closed", noon).status == "closed"


def test_a_merge_leads_to_the_other_for_ever_and_ends_the_impact(outage, alice, move, noon):
    other = declare_incident(title="Same thing", severity=3, by=alice, now=noon)
    row = move(other, "merged", noon + HOUR, into=outage)
    assert row.merged_into == outage
    assert windows(row)[-1][1] == noon + HOUR
    assert other.timeline.last().body == "Merged into another incident"
    with pytest.raises(Conflict) as refusal:
        move(row, "investigating", noon + HOUR, reason="x")
    assert refusal.value.allowed == []


def test_a_merge_needs_a_target_that_is_seen_alive_and_another(outage, alice, secret, move, noon):
    other = declare_incident(title="Same thing", severity=3, by=alice, now=noon)
    for target in (None, secret, other):
        with pytest.raises(ValidationError) as refusal:
            move(other, "merged", noon, into=target)
        assert set(refusal.value.message_dict) == {"into"}
        assert "ZEBRA" not in str(refusal.value)
    move(other, "merged", noon, into=outage)
    with pytest.raises(ValidationError, match="merged itself"):
        move(outage, "merged", noon, into=other)


@pytest.mark.parametrize("kind", ["drill", "test", "near_miss", "backfilled"])
def test_what_was_real_is_not_merged_into_what_was_not(outage, alice, move, noon, kind):
    other = make_incident(title="Same thing", kind=kind, by=alice)
    with pytest.raises(ValidationError, match=f"{outage.key} is “real”, {other.key} is “") as refusal:
        move(outage, "merged", noon, into=other)
    assert set(refusal.value.message_dict) == {"into"}
    if kind in ("near_miss", "backfilled"):
        assert move(other, "merged", noon, into=outage).merged_into == outage
    else:
        with pytest.raises(ValidationError, match="kinds do not fit"):
            move(other, "merged", noon, into=outage)


def test_only_responders_move(outage, charlie, ada, move, noon):
    for user in (charlie, ada):
        with pytest.raises(PermissionDenied):
            move(outage, "mitigated", noon, by=user)


def test_a_move_from_an_old_page_is_refused(outage, alice, move, noon):
    edit_incident(outage, changes={"title": "New title"}, by=alice, now=noon)
    with pytest.raises(StaleVersion):
        move(outage, "mitigated", noon, seen=outage.version)


def test_each_move_leaves_history_a_line_and_an_audit_event(outage, alice, move, noon):
    move(outage, "mitigated", noon + HOUR, reason="Traffic moved")
    last = outage.transitions.last()
    assert (last.from_status, last.to_status, last.reason) == ("investigating", "mitigated", "Traffic moved")
    assert outage.timeline.last().body == "Mitigated: Traffic moved"
    event = AuditEvent.objects.first()
    assert event.verb == "incident.mitigated"
    assert event.changes["status"] == ["investigating", "mitigated"]
    assert event.changes["milestone mitigated"][0] is None


def test_resolving_twice_is_a_conflict_and_leaves_one_move(outage, move, noon):
    move(outage, "resolved", noon)
    with pytest.raises(Conflict, match="already"):
        move(outage, "resolved", noon)
    assert outage.transitions.filter(to_status="resolved").count() == 1


def test_an_unknown_state_is_bad_input(outage, move, noon):
    with pytest.raises(ValidationError, match="no such state"):
        move(outage, "exploded", noon)
