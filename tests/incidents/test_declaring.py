from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent, PrivateScope
from apps.incidents.models import Incident
from apps.incidents.operations import declare_incident

pytestmark = pytest.mark.django_db


def declare(by, now, **kw):
    return declare_incident(**{"title": "Search is stale", "severity": 3, "by": by, "now": now, **kw})


def times(incident):
    return {row.kind: (row.at, row.source) for row in incident.milestones.all()}


def test_declaring_starts_clock_timeline_window_and_history(outage, alice, checkout, noon):
    assert outage.key == "INC-1"
    assert list(outage.services.all()) == [checkout]
    began = noon - timedelta(minutes=10)
    assert times(outage) == {
        "impact_started": (began, "human"),
        "detected": (noon, "auto"),
        "declared": (noon, "auto"),
    }
    assert [(w.start, w.end) for w in outage.impact_windows.all()] == [(began, None)]
    move = outage.transitions.get()
    assert (move.from_status, move.to_status, move.actor) == ("", "investigating", alice)
    assert outage.timeline.get().body == "Declared as SEV2"
    assert outage.roles.get().person == outage.commander == alice


def test_without_a_time_it_began_now_and_nobody_is_quoted_for_it(alice, noon):
    incident = declare(alice, noon)
    assert incident.started_at == noon
    assert times(incident)["impact_started"] == (noon, "auto")
    assert incident.commander is None


@pytest.mark.parametrize("kind", ["near_miss", "drill", "test"])
def test_what_hurt_nobody_has_no_impact(alice, noon, kind):
    incident = declare(alice, noon, kind=kind)
    assert not incident.impact_windows.exists()
    assert "impact_started" not in times(incident)


def test_an_old_incident_claims_no_detection_today(alice, noon):
    incident = declare(alice, noon, kind="backfilled", started_at=noon - timedelta(days=400))
    assert set(times(incident)) == {"impact_started"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"severity": 5}, "severity"),
        ({"kind": "rumour"}, "kind"),
        ({"status": "resolved"}, "status"),
    ],
)
def test_bad_values_are_refused_by_field_and_leave_nothing(alice, noon, change, field):
    with pytest.raises(ValidationError) as refusal:
        declare(alice, noon, **change)
    assert set(refusal.value.message_dict) == {field}
    assert not Incident.objects.exists()


def test_it_cannot_begin_in_the_future(alice, noon):
    with pytest.raises(ValidationError, match="future"):
        declare(alice, noon, started_at=noon + timedelta(hours=1))


def test_an_auditor_does_not_declare(ada, noon):
    with pytest.raises(PermissionDenied):
        declare(ada, noon)


def test_declaring_is_audited_with_its_values(outage, alice):
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_key, event.actor, event.scope) == (
        "incident.declared",
        "INC-1",
        alice,
        "incident:INC-1",
    )
    assert event.changes["severity"] == [None, 2]
    assert event.changes["services"] == [None, ["checkout"]]


def test_a_private_incident_hides_its_trail(secret):
    assert PrivateScope.objects.get().scope == secret.audit_scope


def test_keys_are_dense_even_after_a_refusal(alice, noon):
    declare(alice, noon)
    with pytest.raises(ValidationError):
        declare(alice, noon, severity=9)
    assert declare(alice, noon).key == "INC-2"
