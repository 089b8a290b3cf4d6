from apps.incidents.models.history import ImpactLevel, ImpactWindow, Transition
from apps.incidents.models.incident import Incident, IncidentQuerySet
from apps.incidents.models.milestone import Milestone, MilestoneKind, MilestoneSource
from apps.incidents.models.role import Role, RoleAssignment
from apps.incidents.models.status import (
    HURTS,
    NEXT_STATUS,
    OPEN,
    REASON_NEEDED,
    REOPEN_WITHIN,
    IncidentKind,
    IncidentStatus,
    Severity,
)
from apps.incidents.models.timeline import WRITTEN_BY_PEOPLE, EntryKind, TimelineEdit, TimelineEntry

__all__ = [
    "HURTS",
    "NEXT_STATUS",
    "OPEN",
    "REASON_NEEDED",
    "REOPEN_WITHIN",
    "WRITTEN_BY_PEOPLE",
    "EntryKind",
    "ImpactLevel",
    "ImpactWindow",
    "Incident",
    "IncidentKind",
    "IncidentQuerySet",
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
