"""From an alert to its incident as it stands now."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.incidents.models import EntryKind, Incident, IncidentStatus
from apps.incidents.operations import add_entry
from apps.intake.adapters.signal import quoted
from apps.intake.models import Alert, Storm


def incident_of(alert: Alert) -> Incident | None:
    """The incident of its newest episode, or the one that went into."""
    if alert.incident_id is None:
        return None
    found = Incident.objects.get(pk=alert.incident_id)
    return Incident.objects.all().heir_of(found) or found


def is_untouched(incident: Incident) -> bool:
    """A machine opened it, and no person has done anything to it since, or to what hangs on it: the trail knows. To
    call its alert noise does not keep it open."""
    if incident.status != IncidentStatus.TRIAGE or not incident.declared_by.is_system:
        return False
    done = AuditEvent.objects.filter(scope=incident.audit_scope).exclude(verb="alert.voted")
    return not done.exclude(actor=incident.declared_by_id).exists()


def was_declined_by_itself(incident: Incident) -> bool:
    last = incident.transitions.order_by("-pk").first()
    return bool(
        incident.status == IncidentStatus.DECLINED and last and last.actor_id == incident.declared_by_id
    )


def note(incident: Incident, what: str, alert: Alert, *, at: datetime, now: datetime) -> None:
    """A line of the timeline, in the words of the sender and never as its markup. A storm gets none: it counts."""
    if Storm.objects.filter(incident=incident).exists():
        return
    body, by = f"{what}: {quoted(alert.title)}", User.objects.system()
    add_entry(incident, body=body, kind=EntryKind.NOTE, at=min(at, now), by=by, now=now)
