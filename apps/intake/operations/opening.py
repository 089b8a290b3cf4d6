"""An alert fires: a new candidate or incident, the one that is open already, or nothing, if this is old news."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.core.changes import apply_changes
from apps.incidents.models import Incident, IncidentStatus
from apps.incidents.operations import declare_incident, transition_incident
from apps.intake.adapters import Signal
from apps.intake.models import Alert, Outcome, Rule
from apps.intake.operations.ending import resolve_in
from apps.intake.operations.following import incident_of, note, was_declined_by_itself
from apps.intake.operations.storms import join_storm

FLAPS_WITHIN = timedelta(hours=1)


def open_or_join(alert: Alert, said: Signal, *, at: datetime, now: datetime) -> str:
    """The alert is locked. `at` is when it began by the sender's clock."""
    is_news = alert.changed_at is None or at > alert.changed_at
    if alert.early_end and is_news and at <= alert.early_end:
        return _open_what_ended_already(alert, said, at=at, now=now)
    incident = incident_of(alert)
    if not is_news and not (alert.is_firing and at == alert.changed_at):
        return Outcome.OUTDATED
    if alert.is_firing and incident and (incident.is_open or at <= incident.status_since):
        return _join(alert, incident, said, at=at, now=now)
    return _begin(alert, incident, said, at=at, now=now)


def _join(alert: Alert, incident: Incident, said: Signal, *, at: datetime, now: datetime) -> str:
    """Only words that are new are worth a line."""
    diff = apply_changes(alert, {"title": said.title, "changed_at": at, "incident": incident})
    if "title" in diff and incident.is_open:
        note(incident, "Still firing", alert, at=at, now=now)
    return Outcome.JOINED


def _begin(alert: Alert, incident: Incident | None, said: Signal, *, at: datetime, now: datetime) -> str:
    firing = {"title": said.title, "is_firing": True, "changed_at": at, "early_end": None}
    apply_changes(alert, firing | {"episode": alert.episode + 1})
    if incident and incident.is_open:
        note(incident, "Firing again", alert, at=at, now=now)
        return Outcome.JOINED
    if incident and was_declined_by_itself(incident) and now - incident.status_since <= FLAPS_WITHIN:
        _reopen(incident, now=now)
        return Outcome.REOPENED
    storm = join_storm(alert, now=now)
    if storm:
        return Outcome.STORMED
    apply_changes(alert, {"incident": _declare(alert, said, at=at, now=now), "opened_at": now})
    return Outcome.OPENED


def _open_what_ended_already(alert: Alert, said: Signal, *, at: datetime, now: datetime) -> str:
    """Its end came first: it is opened all the same, so that it is on record, and ended at once."""
    ended_at = alert.early_end or at
    outcome = _begin(alert, incident_of(alert), said, at=at, now=now)
    resolve_in(alert, at=ended_at, now=now)
    return outcome


def _reopen(incident: Incident, *, now: datetime) -> None:
    transition_incident(
        incident, to=IncidentStatus.TRIAGE, reason="The alert fires again.", by=User.objects.system(), now=now
    )


def _declare(alert: Alert, said: Signal, *, at: datetime, now: datetime) -> Incident:
    integration = alert.integration
    is_candidate = integration.rule == Rule.TRIAGE
    return declare_incident(
        title=said.title,
        severity=integration.severity,
        services=[integration.service] if integration.service else [],
        summary=summary_of(alert, said),
        status=IncidentStatus.TRIAGE if is_candidate else IncidentStatus.INVESTIGATING,
        started_at=at,
        source_system=integration.kind,
        external_id=alert.source_id,
        by=User.objects.system(),
        now=now,
    )


def summary_of(alert: Alert, said: Signal) -> str:
    origin = f"From {alert.integration.name} ({alert.integration.get_kind_display()})."
    return "\n\n".join(part for part in (origin, said.text, f"<{said.link}>" if said.link else "") if part)
