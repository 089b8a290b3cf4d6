from apps.incidents.models.incident import (
    NEXT_STATUS,
    REASON_NEEDED,
    ImpactLevel,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentStatus,
    Severity,
    Transition,
)
from apps.incidents.models.milestone import Milestone, MilestoneKind, MilestoneSource
from apps.incidents.models.role import Role, RoleAssignment
from apps.incidents.models.timeline import EntryKind, TimelineEdit, TimelineEntry

__all__ = [
    "NEXT_STATUS",
    "REASON_NEEDED",
    "EntryKind",
    "ImpactLevel",
    "ImpactWindow",
    "Incident",
    "IncidentKind",
    "IncidentStatus",
    "Milestone",
    "MilestoneKind",
    "MilestoneSource",
    "Role",
    "RoleAssignment",
    "Severity",
    "TimelineEdit",
    "TimelineEntry",
    "Transition",
]
