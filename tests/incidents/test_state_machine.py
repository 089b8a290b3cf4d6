"""Whatever people do in whatever order, the history stays whole."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import Conflict
from apps.incidents.models import HURTS, NEXT_STATUS, Incident, IncidentStatus
from apps.incidents.operations import declare_incident, set_milestone, transition_incident
from tests.factories import make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOVES = st.tuples(
    st.sampled_from(IncidentStatus.values), st.integers(0, 400), st.integers(0, 90), st.booleans()
)
MARKS = st.tuples(
    st.sampled_from(["detected", "mitigated", "resolved"]), st.integers(0, 400), st.integers(0, 90)
)
STEPS = st.lists(st.one_of(MOVES, MARKS), max_size=14)


def take(incident, step, clock, by):
    """One attempt; refused attempts leave nothing behind."""
    name, hours, minutes_ago, *has_reason = step
    clock += timedelta(hours=hours)
    at = clock - timedelta(minutes=minutes_ago)
    try:
        with transaction.atomic():
            if has_reason:
                reason = "because" if has_reason[0] else ""
                transition_incident(incident, to=name, reason=reason, effective_at=at, by=by, now=clock)
            else:
                set_milestone(incident, kind=name, at=at, by=by, now=clock)
    except (Conflict, ValidationError):
        pass
    return clock


def check_history(incident):
    moves = list(incident.transitions.all())
    assert [move.from_status for move in moves] == ["", *(move.to_status for move in moves[:-1])]
    assert moves[-1].to_status == incident.status
    assert all(move.to_status in NEXT_STATUS[move.from_status] for move in moves[1:])


def check_windows(incident):
    windows = list(incident.impact_windows.all())
    assert [window.end is None for window in windows[:-1]] == [False] * (len(windows) - 1)
    assert all(first.end <= second.start for first, second in pairwise(windows))
    assert (windows[-1].end is None) == (incident.status in HURTS)


def check_milestones(incident):
    times = {row.kind: row.at for row in incident.milestones.all()}
    chain = [
        times[kind] for kind in ("impact_started", "detected", "mitigated", "resolved") if times.get(kind)
    ]
    assert chain == sorted(chain)
    assert incident.mitigated_at == times.get("mitigated")
    assert incident.resolved_at == times.get("resolved")
    assert incident.started_at == times["impact_started"]


@given(steps=STEPS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_order_of_steps_breaks_an_incident(db, steps):
    with transaction.atomic():
        root = make_user(org_role="admin")
        incident = declare_incident(title="Any", severity=4, summary="x", commander=root, by=root, now=START)
        clock, mitigated = START, None
        for step in steps:
            clock = take(incident, step, clock, root)
            row = Incident.objects.get(pk=incident.pk)
            check_history(row)
            check_windows(row)
            check_milestones(row)
            if len(step) == 4 and mitigated is not None:
                assert row.mitigated_at == mitigated
            mitigated = row.mitigated_at
        transaction.set_rollback(True)
