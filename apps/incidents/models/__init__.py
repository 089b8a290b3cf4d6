from apps.incidents.models.carried import CarriedService
from apps.incidents.models.custom_field import (
    CustomField,
    CustomFieldQuerySet,
    CustomValue,
    FieldKind,
    NeededAt,
)
from apps.incidents.models.grant import IncidentGrant
from apps.incidents.models.history import Transition
from apps.incidents.models.incident import Incident, IncidentQuerySet
from apps.incidents.models.link import READ_BACKWARDS, IncidentLink, IncidentLinkQuerySet, LinkKind
from apps.incidents.models.milestone import Milestone, MilestoneKind, MilestoneSource
from apps.incidents.models.role import Role, RoleAssignment
from apps.incidents.models.severity_policy import NOT_SURE, SHIPPED, TOLD_IN, UNSURE, SeverityPolicy
from apps.incidents.models.status import (
    HURTS,
    LATE_REOPENING,
    NEXT_STATUS,
    OPEN,
    REASON_NEEDED,
    REOPEN_WITHIN,
    DetectedBy,
    IncidentKind,
    IncidentStatus,
    Severity,
    kinds_fit,
)
from apps.incidents.models.status_update import SAID_IN_PUBLIC, PublicEnd, PublicState, StatusUpdate
from apps.incidents.models.timeline import (
    UPDATES,
    WRITTEN_BY_PEOPLE,
    EntryKind,
    TimelineEdit,
    TimelineEntry,
)
from apps.incidents.models.visibility import BesideHidden, SeenThrough, hidden_first, reader
from apps.incidents.models.window import ImpactLevel, ImpactWindow, impact_time

__all__ = [
    "HURTS",
    "LATE_REOPENING",
    "NEXT_STATUS",
    "NOT_SURE",
    "OPEN",
    "READ_BACKWARDS",
    "REASON_NEEDED",
    "REOPEN_WITHIN",
    "SAID_IN_PUBLIC",
    "SHIPPED",
    "TOLD_IN",
    "UNSURE",
    "UPDATES",
    "WRITTEN_BY_PEOPLE",
    "BesideHidden",
    "CarriedService",
    "CustomField",
    "CustomFieldQuerySet",
    "CustomValue",
    "DetectedBy",
    "EntryKind",
    "FieldKind",
    "ImpactLevel",
    "ImpactWindow",
    "Incident",
    "IncidentGrant",
    "IncidentKind",
    "IncidentLink",
    "IncidentLinkQuerySet",
    "IncidentQuerySet",
    "IncidentStatus",
    "LinkKind",
    "Milestone",
    "MilestoneKind",
    "MilestoneSource",
    "NeededAt",
    "PublicEnd",
    "PublicState",
    "Role",
    "RoleAssignment",
    "SeenThrough",
    "Severity",
    "SeverityPolicy",
    "StatusUpdate",
    "TimelineEdit",
    "TimelineEntry",
    "Transition",
    "hidden_first",
    "impact_time",
    "kinds_fit",
    "reader",
]
