"""An alert resolves: a line in the timeline. What a person declared or touched stays open: they say when it is over."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.core.changes import apply_changes
from apps.incidents.models import IncidentStatus
from apps.incidents.operations import transition_incident
from apps.intake.adapters import Signal
from apps.intake.models import Alert, Outcome
from apps.intake.operations.following import incident_of, is_untouched, note

BY_ITSELF = "The alert resolved before anybody had looked at it."


def end_alert(alert: Alert, said: Signal, *, at: datetime, now: datetime) -> str:
    """The alert is locked. `at` is when it ended by the sender's clock."""
    if not alert.is_firing:
        return _end_early(alert, at=at)
    if alert.changed_at and at < alert.changed_at:
        return Outcome.OUTDATED
    return resolve_in(alert, at=at, now=now)


def _end_early(alert: Alert, *, at: datetime) -> str:
    """The end of what is not open: of something that is still to come, unless its end is known."""
    if alert.changed_at and at <= alert.changed_at:
        return Outcome.OUTDATED
    apply_changes(alert, {"early_end": max(at, alert.early_end or at)})
    return Outcome.UNMATCHED


def resolve_in(alert: Alert, *, at: datetime, now: datetime) -> str:
    apply_changes(alert, {"is_firing": False, "changed_at": at, "early_end": None})
    incident = incident_of(alert)
    if incident is None or not incident.is_open:
        return Outcome.RESOLVED
    was_untouched = is_untouched(incident)
    note(incident, "Alert resolved", alert, at=at, now=now)
    if was_untouched and not Alert.objects.still_firing_in(incident).exists():
        transition_incident(
            incident, to=IncidentStatus.DECLINED, reason=BY_ITSELF, by=User.objects.system(), now=now
        )
        return Outcome.DECLINED
    return Outcome.RESOLVED
