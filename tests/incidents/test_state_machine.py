"""Whatever people do in whatever order, the history stays whole: no sequence reaches an illegal state, and every
move has exactly one transition and one audit event."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import HURTS, NEXT_STATUS, Incident, IncidentStatus, impact_time
from apps.incidents.operations import (
    add_entry,
    add_window,
    close_window,
    declare_incident,
    delete_window,
    merge_incidents,
    set_milestone,
    split_incident,
    transition_incident,
    unmerge_incident,
)
from tests.factories import make_service, make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOST = 5  # incidents in one run
MOVES = {
    f"incident.{verb}"
    for verb in ("declared", "investigated", "reopened", "unmerged", *IncidentStatus.values)
}
CHAIN = ("impact_started", "detected", "mitigated", "resolved")
which, minutes = st.integers(0, MOST - 1), st.integers(0, 90)
hours = st.sampled_from([0, 1, 5, 400])  # 400 lie beyond the 14 days
likely = st.sampled_from(["mitigated", "resolved", "investigating", "closed"])
MOVE = st.tuples(st.one_of(likely, st.sampled_from(IncidentStatus.values)), hours, minutes, st.booleans())


class Responding(RuleBasedStateMachine):
    """Each rule is one attempt by an admin; a refused one leaves nothing behind."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.clock, self.incidents, self.touched, self.mitigated = START, [], set(), {}

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @initialize(count=st.integers(2, 3))
    def declare(self, count):
        self.root, self.checkout = make_user(org_role="admin"), make_service()
        for _ in range(count):
            self.learn(
                declare_incident(
                    title="Any",
                    severity=4,
                    summary="x",
                    services=[self.checkout],
                    commander=self.root,
                    by=self.root,
                    now=START,
                )
            )

    def learn(self, incident):
        self.incidents.append(incident)
        self.touched.add(incident.pk)
        self.mitigated[incident.pk] = None

    def pick(self, number):
        incident = self.incidents[number % len(self.incidents)]
        self.touched.add(incident.pk)
        return incident

    def attempt(self, act, passed=0):
        self.clock += timedelta(hours=passed)
        try:
            with transaction.atomic():
                return act(by=self.root, now=self.clock)
        except (Conflict, ValidationError):
            return None

    @rule(n=which, moves=st.lists(MOVE, min_size=1, max_size=4))
    def move(self, n, moves):
        incident = self.pick(n)
        for to, passed, ago, why in moves:
            at = self.clock + timedelta(hours=passed) - timedelta(minutes=ago)
            said = {"to": to, "reason": "because" if why else "", "effective_at": at}
            row = self.attempt(lambda said=said, **kw: transition_incident(incident, **said, **kw), passed)
            if row:
                self.all_is_whole()
                self.touched.add(incident.pk)

    @rule(n=which, kind=st.sampled_from(["detected", "mitigated", "resolved"]), ago=minutes)
    def mark(self, n, kind, ago):
        incident, at = self.pick(n), self.clock - timedelta(minutes=ago)
        row = self.attempt(lambda **kw: set_milestone(incident, kind=kind, at=at, **kw))
        if row and kind == "mitigated":
            self.mitigated[incident.pk] = at

    @rule(n=which, ago=minutes, lasted=st.one_of(st.none(), minutes), whole=st.booleans())
    def add_impact(self, n, ago, lasted, whole):
        incident, start = self.pick(n), self.clock - timedelta(minutes=ago)
        end = None if lasted is None else start + timedelta(minutes=lasted)
        said = {"start": start, "end": end, "service": None if whole else self.checkout}
        self.attempt(lambda **kw: add_window(incident, **said, **kw))

    @rule(n=which, ago=minutes)
    def end_impact(self, n, ago):
        window, at = self.pick(n).impact_windows.last(), self.clock - timedelta(minutes=ago)
        if window:
            self.attempt(lambda **kw: close_window(window, at=at, **kw))

    @rule(n=which)
    def remove_impact(self, n):
        window = self.pick(n).impact_windows.first()
        if window:
            self.attempt(lambda by, now: delete_window(window, by=by))

    @rule(n=which, others=st.sets(which, min_size=1, max_size=2))
    def merge(self, n, others):
        target, merged = self.pick(n), [self.pick(other) for other in sorted(others)]
        self.attempt(lambda **kw: merge_incidents(target, merged=merged, **kw))

    @rule(n=which, passed=hours)
    def unmerge(self, n, passed):
        incident = self.pick(n)
        self.touched |= {row.pk for row in self.incidents}  # what it had absorbed itself comes along
        self.attempt(lambda **kw: unmerge_incident(incident, reason="No", **kw), passed)

    @rule(n=which)
    def split(self, n):
        incident = self.pick(n)
        entry = self.attempt(
            lambda **kw: add_entry(Incident.objects.get(pk=incident.pk), body="It grows", **kw)
        )
        if entry and len(self.incidents) < MOST:
            new = self.attempt(lambda **kw: split_incident(incident, title="New", entries=[entry], **kw))
            if new:
                self.learn(new)

    @invariant()
    def all_is_whole(self):
        for incident in Incident.objects.filter(pk__in=self.touched):
            check_history(incident)
            check_windows(incident, self.clock)
            check_milestones(incident)
            check_merge(incident)
            self.check_first_mitigation(incident)
        self.touched.clear()

    def check_first_mitigation(self, incident):
        """Set once by a move, and from then on only by a person who says so."""
        first = self.mitigated[incident.pk]
        assert first is None or incident.mitigated_at == first
        self.mitigated[incident.pk] = incident.mitigated_at


def check_history(incident):
    moves = list(incident.transitions.all())
    assert [move.from_status for move in moves] == ["", *(move.to_status for move in moves[:-1])]
    assert moves[-1].to_status == incident.status
    for move in moves[1:]:
        assert move.from_status == "merged" or move.to_status in NEXT_STATUS[move.from_status]
    events = AuditEvent.objects.filter(object_key=incident.key, verb__in=MOVES)
    assert events.count() == len(moves)


def check_windows(incident, now):
    windows = list(incident.impact_windows.all())
    assert all(window.end is None or window.start <= window.end for window in windows)
    assert not any(a.overlaps(b) for a, b in combinations(windows, 2) if a.service_id == b.service_id)
    assert incident.status in HURTS or all(window.end for window in windows)
    longest = max((window.end or now for window in windows), default=now)
    assert impact_time(windows, now) <= max(longest, now) - incident.started_at


def check_milestones(incident):
    times = {row.kind: row.at for row in incident.milestones.all()}
    passed = [times[kind] for kind in CHAIN if times.get(kind)]
    assert passed == sorted(passed)
    assert incident.mitigated_at == times.get("mitigated")
    assert incident.resolved_at == times.get("resolved")
    assert incident.started_at == times["impact_started"]


def check_merge(incident):
    assert (incident.merged_into is not None) == (incident.status == "merged")
    if incident.merged_into:
        heir = Incident.objects.heir_of(incident)  # ends, so the chain is no circle
        assert heir.status != "merged"
        assert incident.pk in {row.pk for row in Incident.objects.absorbed_by(heir)}
        assert not incident.timeline.by_people().exists()


def test_no_order_of_steps_breaks_an_incident():
    run_state_machine_as_test(
        Responding,
        settings=settings(
            max_examples=16,
            stateful_step_count=14,
            deadline=None,
            phases=[
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ],  # shrinking takes minutes: add it when one fails
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
