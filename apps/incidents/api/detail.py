"""One incident as programs read it: a row, and one narrow statement for each kind of part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.core.prepared import Prepared
from apps.incidents.api import shapes
from apps.incidents.api.shapes import iso
from apps.incidents.models import (
    CustomValue,
    ImpactWindow,
    Incident,
    Milestone,
    RoleAssignment,
    TimelineEntry,
    impact_time,
)
from apps.services.models import Service

ENTRIES_SHOWN = 50
ENTRY = (
    *("uuid", "kind", "body", "at", "author__slug", "author__name"),
    *("is_starred", "recorded_at", "edited_at", "came_with__key", "came_with__is_private"),
)
MILESTONE = ("kind", "at", "source", "precision_minutes", "note")

SERVICES = Prepared(
    lambda incident: Service.objects.filter(incidents=incident).order_by("slug").values_list("slug")
)
ROLES = Prepared(
    lambda incident: RoleAssignment.objects.filter(incident=incident).values_list(
        "role", "person__slug", "person__name", "since", "until"
    )
)
MILESTONES = Prepared(lambda incident: Milestone.objects.filter(incident=incident).values_list(*MILESTONE))
WINDOWS = Prepared(
    lambda incident: ImpactWindow.objects.filter(incident=incident).values_list(
        "uuid", "service__slug", "start", "end", "level", "pct_affected"
    )
)
TIMELINE = Prepared(
    lambda incident: (
        TimelineEntry.objects.filter(incident=incident)
        .order_by("-at", "-pk")
        .values_list(*ENTRY)[:ENTRIES_SHOWN]
    )
)
ANSWERS = Prepared(
    lambda incident: (
        CustomValue.objects.in_order()
        .filter(incident=incident)
        .values_list("field__slug", "text", "person__slug")
    )
)


def detail_of(incident: Incident, *, heir: str | None = None) -> dict[str, Any]:
    """Everything its page shows, from a row of `for_detail()`."""
    now = timezone.now()
    row = {name: getattr(incident, name) for name in shapes.COLUMNS}
    return shapes.row_of(row, [slug for (slug,) in SERVICES.rows(incident.pk)]) | {
        "summary": incident.summary,
        "status_since": iso(incident.status_since),
        "assessment": assessment_of(incident),
        "detected_by": incident.detected_by,
        "data_lost": incident.data_lost,
        "was_reverted": incident.was_reverted,
        "merged_into": heir,
        "roles": roles_of(incident),
        "milestones": milestones_of(incident),
        **impact_of(incident, now),
        "timeline": [shapes.entry_from(*values) for values in TIMELINE.rows(incident.pk)],
        "fields": {slug: person or text for slug, text, person in ANSWERS.rows(incident.pk)},
        "transition_count": incident.move_count,  # type: ignore[attr-defined]
        "allowed": [str(status) for status in incident.next_statuses(now)],
    }


def impact_of(incident: Incident, now: datetime) -> dict[str, Any]:
    rows = WINDOWS.rows(incident.pk)
    spans = [ImpactWindow(start=start, end=end, level=level) for _, _, start, end, level, _ in rows]
    return {
        "impact_seconds": int(impact_time(spans, now).total_seconds()),
        "impact_windows": [shapes.window_from(*values) for values in rows],
    }


def assessment_of(incident: Incident) -> dict[str, Any]:
    return {
        "impact": incident.impact,
        "condition": incident.condition,
        "proposed_severity": incident.proposed_severity,
        "reason": incident.severity_reason,
    }


def roles_of(incident: Incident) -> list[dict[str, Any]]:
    return [
        {"role": role, "person": {"slug": slug, "name": name}, "since": iso(since), "until": iso(until)}
        for role, slug, name, since, until in ROLES.rows(incident.pk)
    ]


def milestones_of(incident: Incident) -> list[dict[str, Any]]:
    rows = (dict(zip(MILESTONE, values, strict=True)) for values in MILESTONES.rows(incident.pk))
    return [row | {"at": iso(row["at"])} for row in rows]
