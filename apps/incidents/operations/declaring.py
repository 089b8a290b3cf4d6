"""Declaring: the row, its first milestones, its impact window, its first line, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import hide_scope, record
from apps.core.changes import Diff, plain
from apps.core.keys import next_key
from apps.core.permissions import require
from apps.incidents.models import (
    EntryKind,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    Role,
    RoleAssignment,
    SeverityPolicy,
    Transition,
)
from apps.incidents.operations.assessing import assess
from apps.incidents.operations.cadence import first_due
from apps.incidents.operations.moments import check_past
from apps.incidents.operations.timeline import log_entry
from apps.incidents.policies import can_declare
from apps.services.models import Service

FIRST = (IncidentStatus.INVESTIGATING, IncidentStatus.TRIAGE)
CHECKED = {"title", "summary", "severity", "kind", "severity_reason", "source_system", "external_id"} | {
    "detected_by"
}
SAID = (
    "impact",
    "condition",
    "proposed_severity",
    "severity_reason",
    "detected_by",
    "data_lost",
    "was_reverted",
)


@transaction.atomic
def declare_incident(
    *,
    title: str,
    severity: int | None = None,
    impact: str = "",
    condition: str = "",
    severity_reason: str = "",
    services: Iterable[Service] = (),
    summary: str = "",
    kind: str = IncidentKind.REAL,
    status: str = IncidentStatus.INVESTIGATING,
    is_private: bool = False,
    started_at: datetime | None = None,
    commander: User | None = None,
    detected_by: str = "",
    data_lost: bool | None = None,
    was_reverted: bool | None = None,
    source_system: str = "",
    external_id: str = "",
    by: User,
    now: datetime,
) -> Incident:
    """A new incident. `started_at` None means now; `commander` leads from the first minute.

    `severity`, or `impact` and `condition`, from which the matrix proposes one; see `assessing.assess`.
    """
    require(can_declare(by), "Auditors read incidents; they do not declare them.")
    check_past("started_at", started_at, now)
    if status not in FIRST:
        raise ValidationError({"status": "An incident begins in triage or investigating."})
    began = min(started_at or now, now)
    judged = {"impact": impact, "condition": condition, "severity_reason": severity_reason}
    incident = Incident(
        **assess(SeverityPolicy.objects.kept(now), severity=severity, **judged),
        title=title.strip(),
        summary=summary.strip(),
        kind=kind,
        status=status,
        status_since=now,
        is_private=is_private,
        started_at=began,
        commander=commander,
        declared_by=by,
        detected_by=detected_by,
        data_lost=data_lost,
        was_reverted=was_reverted,
        source_system=source_system,
        external_id=external_id,
    )
    incident.update_due_at = first_due(incident, now=now)
    incident.clean_fields(exclude={field.name for field in Incident._meta.fields} - CHECKED)
    incident.number, incident.key = next_key("INC")
    incident.save(force_insert=True)
    slugs = _attach_services(incident, services)
    _write_parts(incident, is_guess=started_at is None, by=by, now=now)
    record("incident.declared", incident, by=by, changes=_first_values(incident, slugs))
    if is_private:
        hide_scope(incident.audit_scope)
    return incident


def _attach_services(incident: Incident, services: Iterable[Service]) -> list[str]:
    chosen = {service.pk: service.slug for service in services}
    link = Incident.services.through
    link._default_manager.bulk_create(link(incident_id=incident.pk, service_id=pk) for pk in chosen)
    return sorted(chosen.values())


def _write_parts(incident: Incident, *, is_guess: bool, by: User, now: datetime) -> None:
    Milestone.objects.bulk_create(first_milestones(incident, is_guess=is_guess, now=now))
    if incident.kind == IncidentKind.REAL:
        ImpactWindow(incident=incident, start=incident.started_at).save(force_insert=True)
    Transition(incident=incident, to_status=incident.status, at=now, effective_at=now, actor=by).save(
        force_insert=True
    )
    log_entry(incident, EntryKind.STATUS, _said(incident), at=now, by=by, is_first=True)
    if incident.commander:
        RoleAssignment(incident=incident, role=Role.COMMANDER, person=incident.commander, since=now).save(
            force_insert=True
        )


def _said(incident: Incident) -> str:
    proposed = incident.proposed_severity
    if proposed in (None, incident.severity):
        return f"Declared as SEV{incident.severity}"
    return f"Declared as SEV{incident.severity}; SEV{proposed} was proposed. {incident.severity_reason}"


def first_milestones(incident: Incident, *, is_guess: bool, now: datetime) -> list[Milestone]:
    """What declaring tells: when it hurt first, and that somebody noticed. An old incident was noticed long ago,
    and nobody says here when; a near miss, a drill or a test never hurt. What an alert declared, monitoring noticed."""
    auto, human = MilestoneSource.AUTO, MilestoneSource.HUMAN
    noticed = auto
    if incident.declared_by.is_system and incident.kind == IncidentKind.REAL:
        noticed = human = MilestoneSource.INTEGRATION
    found: list[tuple[MilestoneKind, datetime, MilestoneSource]] = []
    if incident.kind in (IncidentKind.REAL, IncidentKind.BACKFILLED):
        source = auto if is_guess else human
        found.append((MilestoneKind.IMPACT_STARTED, incident.started_at, source))
    if incident.kind != IncidentKind.BACKFILLED:
        found += [(MilestoneKind.DETECTED, now, noticed), (MilestoneKind.DECLARED, now, auto)]
    return [Milestone(incident=incident, kind=kind, at=at, source=source) for kind, at, source in found]


def _first_values(incident: Incident, slugs: list[str]) -> Diff:
    names = ("title", "severity", "kind", "status", "is_private", "started_at", "summary", "commander")
    said = [name for name in SAID if getattr(incident, name) not in (None, "")]
    values = {name: [None, plain(getattr(incident, name))] for name in (*names, *said)}
    return values | {"services": [None, slugs]}
