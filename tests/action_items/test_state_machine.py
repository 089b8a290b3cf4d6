"""Whatever people do in whatever order, no action item reaches a state that its history does not explain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apps.action_items.models import COMMITTED, NEXT_STATUS, ActionItem, Status
from apps.action_items.operations import (
    add_action_item,
    assign,
    edit_action_item,
    edit_action_item_policy,
    judge_effect,
    redate,
    transition,
)
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = st.sampled_from(["", "Short", "It is long enough to be a reason"])
which, days = st.integers(0, 2), st.integers(-3, 120)
targets = st.one_of(st.sampled_from(["open", "done", "verified"]), st.sampled_from(Status.values))


class Promising(RuleBasedStateMachine):
    """Each rule is one attempt by one of three people; a refused one leaves nothing behind."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now, self.items = START, []

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @initialize(urgent=st.booleans(), auto=st.booleans())
    def begin(self, urgent, auto):
        self.team = make_team()
        lead, owner = make_user(team=self.team, role="lead"), make_user(team=self.team)
        self.people = [owner, lead, make_user(org_role="admin")]
        edit_action_item_policy(changes={"auto_verify": auto}, by=self.people[2])
        for number in range(2):
            given = {"priority": 1 if urgent else 2, "team": self.team, "owner": owner if number else None}
            self.items.append(add_action_item(title=f"Item {number}", **given, by=lead, now=self.now))

    def attempt(self, act, passed=0):
        """What was refused has changed nothing: neither a row nor the trail."""
        self.now += timedelta(days=max(passed, 0))
        before = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                return act(now=self.now)
        except (Conflict, PermissionDenied, ValidationError):
            assert AuditEvent.objects.count() == before
            return None

    def pick(self, n):
        return self.items[n % len(self.items)]

    @rule(n=which, who=which, to=targets, said=WORDS, complete=st.booleans(), passed=days)
    def move(self, n, who, to, said, complete, passed):
        item, other = self.pick(n), self.pick(n + 1)
        given = {"reason": said, "evidence_note": said, "duplicate_of": other}
        if complete:
            due = (self.now + timedelta(days=30)).date()
            given |= {"owner": self.people[0], "due_on": due, "done_when": "It is refused"}
        stored = ActionItem.objects.get(pk=item.pk)
        row = self.attempt(lambda now: transition(item, to=to, **given, by=self.people[who], now=now), passed)
        if row:
            assert to in NEXT_STATUS[stored.status]

    @rule(n=which, who=which, later=days)
    def move_date(self, n, who, later):
        due = (self.now + timedelta(days=later)).date()
        item, by = self.pick(n), self.people[who]
        self.attempt(lambda now: redate(item, due_on=due, reason="Late", by=by, now=now))

    @rule(n=which, who=which, to=which)
    def hand_over(self, n, who, to):
        item, by, owner = self.pick(n), self.people[who], [*self.people[:2], None][to]
        self.attempt(lambda now: assign(item, owner=owner, by=by, now=now))

    @rule(n=which, who=which, priority=st.integers(0, 3), due=st.booleans())
    def edit(self, n, who, priority, due):
        changes = {"priority": priority} | ({"due_on": date(2026, 9, 9)} if due else {})
        item, by = self.pick(n), self.people[who]
        self.attempt(lambda now: edit_action_item(item, changes=changes, by=by, now=now))

    @rule(n=which, who=which, verdict=st.sampled_from(["held", "came_back"]), passed=days)
    def look(self, n, who, verdict, passed):
        item, by = self.pick(n), self.people[who]
        self.attempt(lambda now: judge_effect(item, verdict=verdict, note="Looked", by=by, now=now), passed)

    @invariant()
    def all_is_explained(self):
        for item in ActionItem.objects.prefetch_related("moves", "redatings", "checks"):
            check_moves(item)
            check_promise(item)
            check_dates(item)
            check_end(item)


def check_moves(item):
    moves = list(item.moves.all())
    states = ["proposed", *(move.to_status for move in moves)]
    assert [move.from_status for move in moves] == states[:-1]
    assert states[-1] == item.status
    assert all(move.to_status in NEXT_STATUS[move.from_status] for move in moves)
    told = AuditEvent.objects.filter(object_key=item.key, verb__startswith="action_item.moved_to_")
    assert told.count() == len(moves)
    again = [move for move in moves if move.from_status in ("done", "verified") and move.to_status == "open"]
    assert item.reopen_count == len(again)
    assert all(move.reason for move in moves if move in again or move.to_status in ("blocked", "wont_do"))


def check_promise(item):
    if item.status in COMMITTED:
        assert item.owner
        assert item.due_on
        assert item.done_when
    is_asked_later = item.effectiveness_check_on is not None and not item.effect
    assert (item.next_reminder_at is not None) == (item.status in COMMITTED or is_asked_later)
    assert bool(item.blocked_by) == (item.status == "blocked")
    assert (item.duplicate_of is not None) == (item.status == "duplicate")


def check_dates(item):
    """The first promise stays for ever, and each slip is a row with its reason."""
    rows = list(item.redatings.all())
    assert item.slip_count == sum(row.to_date > row.from_date for row in rows)
    if rows:
        assert (item.first_due_on, item.due_on) == (rows[0].from_date, rows[-1].to_date)
        assert item.slipped_days == (item.due_on - item.first_due_on).days
    assert (item.first_due_on is None) == (item.committed_at is None)


def check_end(item):
    assert (item.verified_at is not None) == (item.status == "verified")
    assert (item.done_by is not None) == (item.status in ("done", "verified"))
    if item.status == "verified" and item.verifier and not item.moves.last().is_automatic:
        urgent_then = AuditEvent.objects.filter(object_key=item.key, verb="action_item.edited").exists()
        assert urgent_then or not item.is_urgent or item.verifier not in (item.owner, item.done_by)
    assert not item.effect or (item.status == "verified" and item.effectiveness_check_on)


def test_no_order_of_steps_breaks_a_promise():
    run_state_machine_as_test(
        Promising,
        settings=settings(
            max_examples=6,
            stateful_step_count=10,
            deadline=None,
            phases=[
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ],  # shrinking takes minutes: add it when one fails
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
