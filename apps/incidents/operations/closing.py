"""What an incident still lacks before it can be closed: all of it at once, not one by one."""

from __future__ import annotations

from apps.incidents.models import Incident, IncidentKind, IncidentStatus, MilestoneKind, Severity
from apps.incidents.operations.field_values import missing_fields
from apps.incidents.operations.public_end import lacks_public_end

PUBLIC_END = "Post a last public update that says it is resolved, or say why none is needed."
NEEDED_MILESTONES = (MilestoneKind.IMPACT_STARTED, MilestoneKind.DETECTED, MilestoneKind.MITIGATED)
LED = (IncidentKind.REAL, IncidentKind.DRILL)
TOLD = (IncidentKind.REAL, IncidentKind.NEAR_MISS, IncidentKind.DRILL)


def missing_to_close(incident: Incident) -> list[str]:
    """Sentences for people. A near miss hurt nobody, a test has nothing to tell, old ones are taken as they are."""
    lacks = []
    if incident.kind in LED and not any(role.role == "commander" for role in incident.roles.all()):
        lacks.append("Name a commander.")
    if incident.kind in TOLD and not incident.summary.strip():
        lacks.append("Write a summary.")
    if incident.kind == IncidentKind.REAL:
        lacks += _lacks_of_impact(incident)
    if lacks_public_end(incident):
        lacks.append(PUBLIC_END)
    return lacks + missing_fields(incident, to=IncidentStatus.CLOSED)


def missing_to_move(incident: Incident, to: str) -> list[str]:
    """What `to` still asks for, all of it at once."""
    return missing_to_close(incident) if to == IncidentStatus.CLOSED else missing_fields(incident, to=to)


def _lacks_of_impact(incident: Incident) -> list[str]:
    lacks = []
    if any(window.end is None for window in incident.impact_windows.all()):
        lacks.append("End the impact window.")
    if incident.severity <= Severity.SEV3:
        known = {milestone.kind for milestone in incident.milestones.all()}
        lacks += [
            f"Set the milestone “{kind.label}”, or say why it is unknown."
            for kind in NEEDED_MILESTONES
            if kind not in known
        ]
    return lacks
