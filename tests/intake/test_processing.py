"""What deliveries become: late, twice, in any order, in floods, and when people were quicker."""

from datetime import timedelta
from itertools import permutations

import pytest

from apps.audit.models import AuditEvent
from apps.incidents.models import Incident
from apps.incidents.operations import (
    add_entry,
    assign_role,
    declare_incident,
    edit_incident,
    transition_incident,
)
from apps.intake.models import Alert, Delivery, Storm
from apps.intake.operations import claims, process_due, replay_delivery
from tests.intake.conftest import at, deliver, firing, group, make_integration, outcome, resolved


def lines(incident):
    return [entry.body for entry in incident.timeline.all()]


def test_an_alert_opens_a_triage_candidate_on_its_service_and_no_incident(arrive, checkout, system):
    assert arrive(firing()) == ["opened"]
    candidate = Incident.objects.get()
    assert (candidate.status, candidate.severity, candidate.declared_by) == ("triage", 3, system)
    assert candidate.title == "Error rate of checkout is high"
    assert list(candidate.services.all()) == [checkout]
    assert candidate.started_at == at(0)
    assert "From Prometheus (Alertmanager)." in candidate.summary
    sources = dict(candidate.milestones.values_list("kind", "source"))
    assert (sources["impact_started"], sources["detected"]) == ("integration", "integration")
    assert AuditEvent.objects.get(verb="incident.declared").door == "intake"


def test_where_the_rule_says_so_it_declares_an_incident(root, payments, arrive):
    strict = make_integration(root, payments, name="Probes", rule="declare", severity=1)
    assert arrive(firing(), to=strict) == ["opened"]
    assert list(Incident.objects.values_list("status", "severity")) == [("investigating", 1)]


def test_the_same_alert_again_opens_nothing(arrive):
    bigger = group(("a", 0, None), ("b", 2, None))
    assert arrive(firing(), firing(), bigger) == ["opened", "opened", "joined"]  # the second is the first
    assert Delivery.objects.count() == 2
    assert Delivery.objects.order_by("pk").first().repeats == 1
    assert Incident.objects.count() == 1


def test_the_same_words_after_what_they_opened_was_closed_are_news(root, payments, arrive):
    script, full = (
        make_integration(root, payments, name="Script", kind="generic"),
        {"dedup": "a", "summary": "Full"},
    )
    assert arrive(full, full, now=at(1), to=script) == ["opened", "opened"]  # the second is the first
    transition_incident(Incident.objects.get(), to="declined", reason="No alert.", by=root, now=at(5))
    assert arrive(full, full, now=at(30), to=script) == ["opened", "opened"]
    assert list(Incident.objects.order_by("pk").values_list("status", flat=True)) == ["declined", "triage"]
    assert Delivery.objects.filter(integration=script).count() == 2


def test_alerts_of_two_integrations_with_one_key_are_two(root, payments, arrive):
    other = make_integration(root, payments, name="Other")
    assert arrive(firing()) + arrive(firing(), to=other) == ["opened", "opened"]
    assert Incident.objects.count() == 2


def test_a_resolved_alert_declines_the_candidate_nobody_has_touched(arrive):
    assert arrive(firing(), resolved()) == ["opened", "declined"]
    candidate = Incident.objects.get()
    assert candidate.status == "declined"
    assert "Alert resolved: Error rate of checkout is high" in lines(candidate)


@pytest.mark.parametrize("touch", ["role", "entry", "words", "move"])
def test_a_resolved_alert_never_ends_what_a_person_touched(touch, arrive, alice):
    arrive(firing())
    candidate = Incident.objects.get()
    if touch == "role":
        assign_role(candidate, role="commander", person=alice, by=alice, now=at(31))
    elif touch == "entry":
        from_person(candidate, alice)
    elif touch == "words":
        edit_incident(candidate, changes={"title": "Checkout is down"}, by=alice, now=at(31))
    else:
        transition_incident(candidate, to="investigating", by=alice, now=at(31))
    before = Incident.objects.get().status
    assert arrive(resolved(), now=at(32)) == ["resolved"]
    assert Incident.objects.get().status == before
    assert "Alert resolved: Error rate of checkout is high" in lines(candidate)


def from_person(incident, person):
    add_entry(incident, body="I look at it", by=person, now=at(31))


def test_an_incident_that_the_rule_declared_stays_open_too(root, payments, arrive):
    strict = make_integration(root, payments, name="Probes", rule="declare")
    assert arrive(firing(), resolved(), to=strict) == ["opened", "resolved"]
    assert Incident.objects.get().status == "investigating"


def test_a_group_is_over_when_its_last_alert_is(arrive):
    one_left = group(("a", 0, 3), ("b", 1, None))
    over = group(("a", 0, 3), ("b", 1, 4))
    assert arrive(group(("a", 0, None), ("b", 1, None)), one_left, over) == ["opened", "joined", "declined"]


def test_a_resolved_before_its_firing_leaves_both_on_record(arrive):
    assert arrive(resolved(0, 5), firing(0)) == ["unmatched", "opened"]
    candidate = Incident.objects.get()
    assert candidate.status == "declined"
    assert "Alert resolved: Error rate of checkout is high" in lines(candidate)
    assert Alert.objects.get().is_firing is False


def test_an_old_firing_after_the_resolve_changes_nothing(arrive):
    late = group(("a", 0, None), ("b", 2, None))
    assert arrive(firing(0), resolved(0, 5), late) == ["opened", "declined", "outdated"]
    assert Incident.objects.count() == 1


def test_a_second_resolve_and_an_old_one_change_nothing(arrive):
    again = resolved(0, 5, receiver="other")
    assert arrive(firing(0), resolved(0, 5), again) == ["opened", "declined", "outdated"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_order_one_candidate_comes_of_one_episode(order, arrive):
    """I13: the final state follows from the set of deliveries."""
    sent = [firing(0), group(("a", 0, None), ("b", 2, None)), group(("a", 0, 5), ("b", 2, 5))]
    arrive(*(sent[n] for n in order))
    assert Incident.objects.count() == 1
    assert Incident.objects.get().status == "declined"
    assert Alert.objects.get().is_firing is False


def test_an_alert_that_flaps_reopens_its_candidate_within_the_hour_and_gets_a_new_one_later(arrive):
    assert arrive(firing(0), resolved(0, 5)) == ["opened", "declined"]
    assert arrive(firing(10), resolved(10, 15), now=at(40)) == ["reopened", "declined"]
    assert arrive(firing(110), now=at(110)) == ["opened"]
    assert sorted(Incident.objects.values_list("status", flat=True)) == ["declined", "triage"]


def test_what_a_person_declined_stays_declined_while_it_is_the_same_alert(arrive, root):
    arrive(firing(0))
    transition_incident(Incident.objects.get(), to="declined", reason="A test of ours", by=root, now=at(31))
    assert arrive(firing(0, receiver="again"), now=at(32)) == ["joined"]
    assert arrive(resolved(0, 33), firing(35), now=at(40)) == ["resolved", "opened"]
    assert Incident.objects.count() == 2


def test_an_alert_follows_its_candidate_into_what_it_was_merged_into(arrive, root):
    arrive(firing(0))
    into = declare_incident(title="Checkout is down", severity=1, by=root, now=at(20))
    transition_incident(Incident.objects.get(status="triage"), to="merged", into=into, by=root, now=at(31))
    assert arrive(group(("a", 0, None), ("b", 2, None)), resolved(0, 33), now=at(34)) == [
        "joined",
        "resolved",
    ]
    assert "Alert resolved: Error rate of checkout is high" in lines(into)
    into.refresh_from_db()
    assert into.status == "investigating"


def storm_of(integration, count, now, begin=0):
    for n in range(count):
        deliver(integration, firing(begin, key=f"key {begin} {n}"), now=now)
    process_due(now)


def test_more_than_twenty_new_alerts_in_ten_minutes_are_one_candidate_with_a_counter(integration):
    storm_of(integration, 26, at(1))
    assert Incident.objects.count() == 21
    assert Incident.objects.get(title="Alert storm from Prometheus: 6 alerts").status == "triage"
    storm_of(integration, 3, at(5), begin=4)
    assert Incident.objects.count() == 21
    assert Incident.objects.filter(title="Alert storm from Prometheus: 9 alerts").exists()
    storm_of(integration, 1, at(30), begin=29)
    assert Incident.objects.count() == 22
    process_due(at(45))
    assert Storm.objects.get().ended_at == at(45)


def test_a_storm_that_somebody_named_keeps_its_name(integration, root):
    storm_of(integration, 26, at(1))
    storm = Storm.objects.get().incident
    edit_incident(storm, changes={"title": "Rack 12 has no power"}, by=root, now=at(2))
    storm_of(integration, 3, at(5), begin=4)
    storm.refresh_from_db()
    assert (storm.title, Storm.objects.get().count) == ("Rack 12 has no power", 9)


def test_a_storm_that_resolves_leaves_no_flood_of_lines_and_is_declined_with_its_last_alert(integration):
    storm_of(integration, 22, at(1))
    storm = Storm.objects.get().incident
    for n in range(22):
        deliver(integration, resolved(0, 5, key=f"key 0 {n}"), now=at(6))
    process_due(at(6))
    storm.refresh_from_db()
    assert storm.status == "declined"
    assert len(lines(storm)) == 2


def test_a_storm_of_one_sender_leaves_the_others_alone(integration, root, payments, arrive):
    storm_of(integration, 22, at(1))
    other = make_integration(root, payments, name="Other")
    assert arrive(firing(), to=other, now=at(2)) == ["opened"]


def test_what_cannot_be_read_is_shown_and_what_is_of_no_concern_is_not_an_error(integration):
    broken, _ = deliver(integration, {"status": "firing", "alerts": "x", "version": "99"})
    process_due(at(1))
    assert outcome(broken) == "failed"
    assert broken.error == "It lacks the key that tells one alert from another."
    assert Incident.objects.count() == 0


def test_a_replay_does_nothing_twice_and_is_audited(integration, root):
    row, _ = deliver(integration, firing())
    process_due(at(1))
    replay_delivery(row, by=root, now=at(2))
    process_due(at(2))
    assert outcome(row) == "joined"
    assert Incident.objects.count() == 1
    assert AuditEvent.objects.get(verb="delivery.replayed").actor == root


def test_a_worker_that_dies_leaves_the_delivery_to_the_next_and_three_deaths_end_it(integration):
    row, _ = deliver(integration, firing())
    lapse = claims.LEASE + timedelta(seconds=1)
    for n in range(3):
        assert len(claims.claim_batch(at(0) + n * lapse)) == 1
        claims.settle_lapsed(at(0) + (n + 1) * lapse)
    row.refresh_from_db()
    assert (row.status, row.error) == ("failed", claims.DIED)


def test_what_failed_has_another_chance_when_its_sender_says_it_again(integration):
    row, _ = deliver(integration, firing())
    Delivery.objects.update(status="failed", error="KeyError: 'x'", attempt=3)
    deliver(integration, firing(), now=at(240))
    process_due(at(240))
    assert outcome(row) == "opened"
    Delivery.objects.update(status="failed", error=claims.DIED)
    deliver(integration, firing(), now=at(480))
    process_due(at(480))
    row.refresh_from_db()
    assert (row.status, row.repeats) == ("failed", 2)


def test_old_deliveries_are_forgotten_and_what_waits_is_not(integration):
    deliver(integration, firing())
    process_due(at(1))
    waiting, _ = deliver(integration, firing(key="another"))
    claims.forget_old(at(0) + timedelta(days=31))
    assert list(Delivery.objects.all()) == [waiting]
    assert Alert.objects.count() == 1
