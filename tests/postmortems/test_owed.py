"""When a postmortem is owed, by when, and what ends it. 26 November 2026 is a Thursday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import Incident
from apps.incidents.operations import (
    declare_incident,
    edit_incident,
    hand_over,
    link_incidents,
    merge_incidents,
    transition_incident,
    unmerge_incident,
)
from apps.postmortems.models import PostmortemObligation, PostmortemPolicy
from apps.postmortems.operations import (
    draft_postmortem,
    edit_postmortem_policy,
    judge_incidents,
    publish_postmortem,
    request_postmortem,
    submit_for_review,
    transition_obligation,
)
from tests.postmortems.conftest import NOW, approve_by_all, promise

NOON = datetime(2025, 11, 27, 12, 0, tzinfo=UTC)  # a Thursday
LATER = NOON + timedelta(hours=3)

pytestmark = pytest.mark.django_db


def declare(by, *services, severity=2, **kw):
    facts = {"title": "Cards fail", "commander": by, **kw}
    return declare_incident(severity=severity, services=services, by=by, now=NOON, **facts)


def calm(incident, by, *, minutes=20, to="mitigated"):
    at = NOON + timedelta(minutes=minutes)
    return transition_incident(incident, to=to, effective_at=at, by=by, now=at)


def owed(incident):
    return PostmortemObligation.objects.filter(incident=incident.pk).first()


def rules(incident):
    row = owed(incident)
    return [rule["rule"] for rule in row.rules] if row else []


@pytest.fixture
def outage(alice, checkout):
    return declare(alice, checkout)


@pytest.fixture
def obligation(outage, alice):
    calm(outage, alice)
    judge_incidents(LATER)
    return owed(outage)


def test_a_severity_2_owes_one_once_it_is_mitigated_and_not_before(outage, alice):
    judge_incidents(NOON)
    assert owed(outage) is None
    calm(outage, alice)
    assert judge_incidents(LATER) == 1
    row = owed(outage)
    assert (row.status, row.reasons, row.owner) == ("owed", "it was SEV2", alice)
    assert AuditEvent.objects.get(verb="obligation.owed").scope == outage.audit_scope


@pytest.mark.parametrize(
    ("severity", "draft", "publish"),
    [
        (1, date(2025, 12, 2), date(2025, 12, 8)),
        (2, date(2025, 12, 4), date(2025, 12, 11)),
        (3, date(2025, 12, 11), date(2025, 12, 25)),
        (4, date(2025, 12, 11), date(2025, 12, 25)),
    ],
)
def test_the_clocks_are_3_and_7_5_and_10_10_and_20_business_days(alice, checkout, severity, draft, publish):
    incident = declare(alice, checkout, severity=severity, data_lost=True)
    calm(incident, alice)
    judge_incidents(LATER)
    row = owed(incident)
    assert (row.due_draft, row.due_publish) == (draft, publish)


@pytest.mark.parametrize(
    ("facts", "minutes", "expected"),
    [
        ({}, 20, []),
        ({}, 60, []),
        ({}, 61, ["minutes"]),
        ({"data_lost": True}, 20, ["data_lost"]),
        ({"data_lost": False, "was_reverted": False, "detected_by": "monitoring"}, 20, []),
        ({"was_reverted": True, "detected_by": "customer"}, 20, ["reverted", "customer"]),
        ({"kind": "near_miss", "data_lost": True}, 20, []),
        ({"kind": "drill", "data_lost": True}, 20, []),
        ({"kind": "backfilled", "data_lost": True}, 20, []),
    ],
)
def test_each_rule_alone_obliges_a_severity_4(alice, checkout, facts, minutes, expected):
    incident = declare(alice, checkout, severity=4, **facts)
    calm(incident, alice, minutes=minutes)
    judge_incidents(LATER)
    assert rules(incident) == expected


def test_what_came_back_owes_one_but_a_private_earlier_one_is_no_reason(alice, root, checkout, outage):
    again, hidden_again = (declare(alice, checkout, severity=4) for _ in range(2))
    hidden = declare(root, checkout, is_private=True)
    for row in (again, hidden_again):
        calm(row, alice)
    link_incidents(again, to=outage, kind="recurrence_of", by=alice, now=LATER)
    link_incidents(hidden_again, to=hidden, kind="recurrence_of", by=root, now=LATER)
    judge_incidents(LATER)
    assert (rules(again), rules(hidden_again)) == (["came_back"], [])


def test_judging_again_and_again_changes_nothing_and_an_idle_look_is_short(
    obligation, django_assert_max_num_queries
):
    before = PostmortemObligation.objects.values().get(), AuditEvent.objects.count()
    far = datetime.now(UTC) + timedelta(days=1)
    for _ in range(3):
        judge_incidents(far)
    assert (PostmortemObligation.objects.values().get(), AuditEvent.objects.count()) == before
    with django_assert_max_num_queries(6):
        assert judge_incidents(far) == 0


def test_a_change_during_an_outage_of_the_clock_is_found_afterwards(obligation, alice, checkout):
    judge_incidents(datetime.now(UTC) + timedelta(days=1))
    late = declare(alice, checkout, severity=4)
    calm(late, alice)
    edit_incident(late, changes={"data_lost": True}, by=alice, now=LATER)
    assert judge_incidents(datetime.now(UTC) + timedelta(days=9)) == 1
    assert rules(late) == ["data_lost"]


def test_a_severity_raised_later_adds_its_reason_and_shortens_the_clock(obligation, outage, alice):
    monday = NOON + timedelta(days=4)
    edit_incident(outage, changes={"severity": 1}, by=alice, now=monday)
    judge_incidents(monday)
    row = owed(outage)
    assert row.reasons == "it was SEV2 and it was SEV1"
    assert (row.due_draft, row.due_publish) == (date(2025, 12, 4), date(2025, 12, 10))


def test_a_lowered_severity_takes_nothing_away_and_the_page_says_so(obligation, outage, alice, web):
    edit_incident(outage, changes={"severity": 4}, by=alice, now=LATER)
    judge_incidents(LATER)
    assert owed(outage).status == "owed"
    page = web(alice).get(obligation.get_absolute_url()).content.decode()
    assert "is SEV4 now. A severity that was lowered takes no reason away" in page


def test_publishing_meets_it_at_once_and_it_stays_met(obligation, filled, outage, alice, bob, now):
    approved = ready(filled, outage)
    publish_postmortem(approved, now=now, by=alice)
    row = owed(outage)
    assert (row.status, row.met_by) == ("met", approved)
    judge_incidents(LATER)
    assert owed(outage).status == "met"


def ready(filled, incident):
    """Written about this incident, promised and approved."""
    filled.incidents.set([incident])
    promise(filled, by=filled.owner)
    return approve_by_all(submit_for_review(filled, now=NOW, by=filled.owner))


def test_what_was_published_before_anybody_judged_is_met(filled, alice, bob, checkout, now):
    incident = declare(alice, checkout)
    approved = ready(filled, incident)
    publish_postmortem(approved, now=now, by=alice)
    calm(incident, alice)
    judge_incidents(LATER)
    assert owed(incident).status == "met"


def test_a_merged_incident_hands_on_what_it_owes(obligation, outage, alice, root, checkout):
    into = declare(alice, checkout, severity=4)
    reopened = transition_incident(
        outage, to="investigating", reason="Back", by=alice, now=NOON + timedelta(hours=1)
    )
    merge_incidents(into, merged=[reopened], by=alice, now=LATER)
    judge_incidents(LATER)
    assert (owed(outage).status, owed(into).status) == ("dropped", "owed")
    assert (owed(into).reasons, owed(into).severity) == ("it was SEV2", 2)
    outage.refresh_from_db()
    unmerge_incident(outage, reason="Another cause", by=root, now=LATER)
    calm(Incident.objects.get(pk=outage.pk), alice, minutes=200)
    judge_incidents(LATER + timedelta(hours=1))
    assert owed(outage).status == "owed"


def test_what_was_cancelled_owes_nothing_until_it_is_one_again(alice, checkout, outage):
    request_postmortem(outage, reason="Odd", by=alice, now=NOON)
    transition_incident(outage, to="cancelled", reason="A false alarm", by=alice, now=LATER)
    judge_incidents(LATER)
    assert owed(outage).status == "dropped"
    transition_incident(outage, to="triage", reason="It was none", by=alice, now=LATER)
    request_postmortem(outage, reason="Odd after all", by=alice, now=LATER)
    assert owed(outage).status == "owed"


def test_who_writes_it_is_the_drafts_owner_then_the_commander_then_a_lead(obligation, outage, alice, bob):
    hand_over(outage, role="commander", to=bob, by=alice, now=LATER)
    judge_incidents(LATER)
    assert owed(outage).owner == bob
    draft_postmortem([outage], owner=alice, now=LATER, by=bob)
    judge_incidents(LATER)
    assert owed(outage).owner == alice


def test_without_a_commander_a_lead_of_the_first_service_sees_to_it(charlie, alice, checkout):
    incident = declare(charlie, checkout, commander=None)
    calm(incident, charlie)
    judge_incidents(LATER)
    assert owed(incident).owner == alice


def test_a_draft_that_a_private_incident_hides_names_nobody(obligation, outage, alice, root, checkout):
    hidden = declare(root, checkout, is_private=True)
    draft_postmortem([outage, hidden], owner=root, now=LATER, by=root)
    judge_incidents(LATER)
    assert owed(outage).owner == alice
    assert not PostmortemObligation.objects.for_reader(alice).get(incident=outage).has_draft


class TestWaiving:
    def test_needs_a_reason_and_somebody_who_never_commanded(self, obligation, outage, alice, bob, root):
        with pytest.raises(PermissionDenied):
            transition_obligation(obligation, to="waived", reason="Known", by=bob, now=LATER)
        with pytest.raises(PermissionDenied):
            transition_obligation(obligation, to="waived", reason="Known", by=alice, now=LATER)
        with pytest.raises(ValidationError):
            transition_obligation(obligation, to="waived", reason=" ", by=root, now=LATER)
        row = transition_obligation(obligation, to="waived", reason="Known", by=root, now=LATER)
        assert (row.status, row.waived_by, row.waive_reason) == ("waived", root, "Known")
        event = AuditEvent.objects.get(verb="obligation.waived")
        assert (event.actor, event.changes["reason"]) == (root, [None, "Known"])

    def test_a_lead_who_commanded_once_cannot_even_after_handing_over(self, obligation, outage, alice, bob):
        hand_over(outage, role="commander", to=bob, by=alice, now=LATER)
        with pytest.raises(PermissionDenied):
            transition_obligation(obligation, to="waived", reason="Known", by=alice, now=LATER)

    def test_can_be_taken_back_and_keeps_its_dates(self, obligation, root):
        waived = transition_obligation(obligation, to="waived", reason="Known", by=root, now=LATER)
        with pytest.raises(Conflict):
            transition_obligation(waived, to="waived", reason="Known", by=root, now=LATER)
        row = transition_obligation(waived, to="owed", reason="It came back", by=root, now=LATER)
        assert (row.status, row.waived_by, row.due_publish) == ("owed", None, obligation.due_publish)

    def test_covers_what_was_known_and_not_what_is_learnt_later(self, obligation, outage, alice, root):
        transition_obligation(obligation, to="waived", reason="Known", by=root, now=LATER)
        judge_incidents(LATER)
        assert owed(outage).status == "waived"
        edit_incident(outage, changes={"data_lost": True}, by=alice, now=LATER)
        judge_incidents(LATER)
        assert (owed(outage).status, owed(outage).waive_reason) == ("owed", "")


class TestAsking:
    def test_anybody_may_ask_with_a_reason_and_once(self, charlie, alice, checkout):
        incident = declare(alice, checkout, severity=4)
        with pytest.raises(ValidationError):
            request_postmortem(incident, reason="", by=charlie, now=NOON)
        row = request_postmortem(incident, reason="Two teams saw it", by=charlie, now=NOON)
        assert row.reasons == "somebody asked for it (“Two teams saw it”)"
        with pytest.raises(Conflict):
            request_postmortem(incident, reason="Again", by=charlie, now=NOON)

    def test_an_auditor_does_not_and_a_drill_owes_nothing(self, ada, alice, checkout):
        drill = declare(alice, checkout, kind="drill")
        with pytest.raises(PermissionDenied):
            request_postmortem(drill, reason="Odd", by=ada, now=NOON)
        with pytest.raises(Conflict):
            request_postmortem(drill, reason="Odd", by=alice, now=NOON)


class TestThePolicy:
    def test_new_rules_are_asked_of_the_past_up_to_the_day_they_apply_from(self, alice, root, checkout):
        incident = declare(alice, checkout, severity=3)
        calm(incident, alice)
        judge_incidents(LATER)
        edit_postmortem_policy(changes={"max_severity": 3, "applies_from": date(2025, 11, 28)}, by=root)
        judge_incidents(LATER)
        assert owed(incident) is None
        edit_postmortem_policy(changes={"applies_from": date(2025, 11, 27)}, by=root)
        judge_incidents(LATER)
        assert rules(incident) == ["severity"]

    def test_a_near_miss_owes_one_where_the_organisation_wants_that(self, alice, root, checkout):
        edit_postmortem_policy(changes={"near_miss": True, "max_severity": None}, by=root)
        incident = declare(alice, checkout, kind="near_miss")
        calm(incident, alice)
        judge_incidents(LATER)
        assert rules(incident) == ["near_miss"]

    def test_only_admins_edit_it_and_clocks_run_forward(self, alice, root):
        with pytest.raises(PermissionDenied):
            edit_postmortem_policy(changes={"max_severity": 3}, by=alice)
        clocks = PostmortemPolicy.objects.current().clocks
        for wrong in ({**clocks, "1": [7, 3]}, {**clocks, "1": [0, 3]}, {"1": [3, 7]}):
            with pytest.raises(ValidationError):
                edit_postmortem_policy(changes={"clocks": wrong}, by=root)


def test_overdue_is_told_by_the_clock_alone(obligation, outage, alice):
    def overdue(day):
        return PostmortemObligation.objects.overdue(day).exists()

    assert not overdue(date(2025, 12, 4))
    assert overdue(date(2025, 12, 5))  # no draft on the day after it was due
    draft_postmortem([outage], now=LATER, by=alice)
    assert not overdue(date(2025, 12, 11))
    assert overdue(date(2025, 12, 12))


def test_the_incidents_page_says_what_is_owed_and_offers_the_next_step(
    obligation, outage, alice, charlie, web
):
    panel = web(charlie).get(f"/postmortems/?incident={outage.key}").content.decode()
    assert "A postmortem is owed" in panel
    assert "because it was SEV2." in panel
    assert f"/postmortems/new/?incident={outage.key}" in panel
    assert obligation.get_absolute_url() in panel


def test_the_incidents_page_lets_anybody_ask_where_nothing_is_owed(alice, charlie, checkout, web):
    incident = declare(alice, checkout, severity=4)
    address = f"/postmortems/owed/new/{incident.key}/"
    assert address in web(charlie).get(f"/postmortems/?incident={incident.key}").content.decode()
    assert web(charlie).post(address, {"reason": "Odd"}).status_code == 302
    assert rules(incident) == ["requested"]


def test_a_waiver_in_the_portal_and_by_a_program(obligation, root, alice, web, api):
    move = f"{obligation.get_absolute_url()}move/"
    empty = web(root).post(move, {"to": "waived", "reason": "", "version": obligation.version})
    assert "Say why, for those who read it later." in empty.content.decode()
    assert web(alice).post(move, {"to": "waived", "reason": "Known"}).status_code == 403
    web(root).post(move, {"to": "waived", "reason": "Known", "version": obligation.version})
    url = obligation.get_api_url()
    shown = api(alice).get(url).json()
    assert (shown["status"], shown["waived_by"]["slug"], shown["allowed"]) == ("waived", "root", ["owed"])
    back = api(root).post(f"{url}transitions/", {"to": "owed", "reason": "It came back"}, format="json")
    assert (back.status_code, back.json()["status"]) == (200, "owed")
    refused = api(root).post(f"{url}transitions/", {"to": "met", "reason": "Done"}, format="json")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["waived"])


def test_the_policy_in_the_portal_and_for_a_program(root, alice, web, api):
    form = {f"{what}_{one}": 4 for what in ("draft", "publish") for one in range(1, 5)} | {"version": 1}
    twisted = web(root).post("/postmortems/owed/policy/edit/", form | {"publish_1": 2, "impact_minutes": 5})
    assert "Nothing is published before it is drafted." in twisted.content.decode()
    web(root).post("/postmortems/owed/policy/edit/", form | {"max_severity": 3, "came_back": "on"})
    read = api(alice).get("/api/v1/postmortem-policy/")
    assert read.json()["clocks"]["1"] == [4, 4]
    assert (read.json()["max_severity"], read.json()["data_lost"]) == (3, False)
    send = {"data": {"impact_minutes": None}, "format": "json"}
    assert api(root).patch("/api/v1/postmortem-policy/", **send).status_code == 428
    stale = api(root).patch("/api/v1/postmortem-policy/", **send, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    done = api(root).patch("/api/v1/postmortem-policy/", **send, headers={"If-Match": read["ETag"]})
    assert (done.status_code, done.json()["impact_minutes"]) == (200, None)


def test_what_is_known_is_declared_edited_and_audited_through_both_doors(alice, checkout, web, api):
    sent = {"title": "Cards", "severity": 3, "detected_by": "customer", "data_lost": True}
    made = api(alice).post("/api/v1/incidents/", sent, format="json").json()
    url = f"/api/v1/incidents/{made['key']}/"
    shown = api(alice).get(url).json()
    assert (shown["detected_by"], shown["data_lost"], shown["was_reverted"]) == ("customer", True, None)
    api(alice).patch(url, {"was_reverted": False}, format="json", headers={"If-Match": "*"})
    form = {
        "title": "Cards",
        "severity": 3,
        "kind": "real",
        "detected_by": "monitoring",
        "was_reverted": "True",
    }
    version = Incident.objects.get(key=made["key"]).version
    web(alice).post(f"/incidents/{made['key']}/edit/", form | {"version": version})
    row = Incident.objects.get(key=made["key"])
    assert (row.detected_by, row.data_lost, row.was_reverted) == ("monitoring", None, True)
    last = AuditEvent.objects.filter(verb="incident.edited").first()
    assert last.changes["detected_by"] == ["customer", "monitoring"]
