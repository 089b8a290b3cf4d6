"""What the page of one incident shows, worked out from rows that are loaded already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.core.http import SignedInRequest
from apps.incidents import policies
from apps.incidents.forms import EntryForm
from apps.incidents.models import (
    HURTS,
    LATE_REOPENING,
    CustomField,
    CustomValue,
    Incident,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    RoleAssignment,
    SeverityPolicy,
    TimelineEntry,
    impact_time,
)
from apps.incidents.operations import PUBLIC_END, fields_of, may_be_set, missing_to_close
from apps.incidents.views.following import ENTRIES_SHOWN, newest_entries, pulse_of
from apps.incidents.views.readers import readers_of

S, K = IncidentStatus, MilestoneKind
STEPS: tuple[tuple[MilestoneKind, str], ...] = (
    (K.DETECTED, "Detecting"),
    (K.ACKNOWLEDGED, "Waiting for somebody"),
    (K.MITIGATED, "Mitigating"),
    (K.RESOLVED, "Resolving"),
)
NEXT: dict[str, tuple[str, str]] = {
    S.TRIAGE: (S.INVESTIGATING, "Start investigating"),
    S.INVESTIGATING: (S.MITIGATED, "Mark mitigated"),
    S.IDENTIFIED: (S.MITIGATED, "Mark mitigated"),
    S.MITIGATED: (S.RESOLVED, "Mark resolved"),
    S.RESOLVED: (S.CLOSED, "Close incident"),
}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    state: str
    at: datetime | None = None
    after: timedelta | None = None
    so_far: timedelta | None = None
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A role and who has it."""

    role: str
    label: str
    holder: User | None
    is_mine: bool


def page_of(
    request: SignedInRequest,
    incident: Incident,
    *,
    now: datetime,
    changed: list[TimelineEntry] | None = None,
) -> dict[str, Any]:
    """Everything `incidents/detail.html` needs; the same for the parts that come alone, with `changed` entries only."""
    user = request.user
    can_respond = policies.can_respond(user, incident)
    milestones = {row.kind: row for row in incident.milestones.all()}
    entries = newest_entries(incident) if changed is None else changed
    return {
        "incident": incident,
        "now": now,
        "can_respond": can_respond,
        "can_post": policies.can_post(user, incident) and incident.status != S.MERGED,
        "can_take": policies.can_take_role(user, incident),
        "may_command": may_command(user, incident),
        "readers": readers_of(incident, user, now=now) if incident.is_private else None,
        "steps": steps_of(incident, milestones, now=now),
        "button": button_of(incident, milestones) if can_respond else None,
        "gaps": missing_to_close(incident) if incident.status == S.RESOLVED else [],
        "public_end": PUBLIC_END,
        "other_moves": incident.next_statuses(now) if can_respond else [],
        "places": places_of(incident, user, SeverityPolicy.objects.kept(now)),
        "answers": answers_of(incident),
        "milestones": [(kind, milestones.get(kind), may_be_set(incident, kind)) for kind in K],
        "entries": lines_of(entries[:ENTRIES_SHOWN], incident, user),
        "is_cut": len(entries) > ENTRIES_SHOWN,
        "pulse": pulse_of(incident),
        "elapsed": incident.lasted(now),
        "is_calm": incident.status == S.MITIGATED or not incident.is_open,
        "impact_time": impact_time(incident.impact_windows.all(), now),
        "is_past_reopening": incident.status in LATE_REOPENING and not incident.next_statuses(now),
        "composer": EntryForm(),
    }


def may_command(user: User, incident: Incident) -> bool:
    """It hurts and nobody leads it: the button is where the eye falls, not among the roles."""
    return (
        incident.status in HURTS and incident.commander_id is None and policies.can_take_role(user, incident)
    )


def answers_of(incident: Incident) -> list[tuple[CustomField, CustomValue | None]]:
    """What it is asked, answered or not, and what it answered to fields that are asked no more."""
    known = {value.field_id: value for value in incident.field_values.with_fields()}
    asked = [(field, known.pop(field.pk, None)) for field in fields_of(incident)]
    return [*asked, *((value.field, value) for value in known.values())]


def steps_of(incident: Incident, milestones: dict[str, Milestone], *, now: datetime) -> list[Step]:
    current = _current_step(incident, milestones)
    steps: list[Step] = []
    before: datetime | None = None
    is_ahead = False
    for kind, doing in STEPS:
        row = milestones.get(kind)
        at = row.at if row else None
        if kind == current:
            steps.append(Step(doing, "now", so_far=now - incident.status_since))
        else:
            after = at - before if at and before else None
            steps.append(Step(K(kind).label, "done" if row else "", at=at, after=after, is_ahead=is_ahead))
        before, is_ahead = at or before, is_ahead or kind == current
    return steps


def _current_step(incident: Incident, milestones: dict[str, Milestone]) -> MilestoneKind | None:
    if incident.status == S.MITIGATED:
        return K.RESOLVED
    if incident.status not in HURTS:
        return None
    return K.MITIGATED if K.ACKNOWLEDGED in milestones else K.ACKNOWLEDGED


def button_of(incident: Incident, milestones: dict[str, Milestone]) -> tuple[str, str] | None:
    """The next step as (target, words); "acknowledge" is a target too."""
    if incident.status in HURTS and K.ACKNOWLEDGED not in milestones:
        return "acknowledge", "Acknowledge"
    return NEXT.get(incident.status)


def places_of(incident: Incident, user: User, policy: SeverityPolicy) -> list[Place]:
    """The usual roles, those that the organisation added, and what else somebody has."""
    held = {row.role: row for row in incident.roles.all() if row.until is None}
    offered = {role: policy.role_name(role) or "" for role in policy.all_roles}
    labels = offered | {role: row.get_role_display() for role, row in held.items()}
    holders = {role: row.person for role, row in held.items()}
    return [Place(role, labels[role], holders.get(role), holders.get(role) == user) for role in labels]


def lines_of(entries: Iterable[TimelineEntry], incident: Incident, user: User) -> list[TimelineEntry]:
    """The entries, each with what its author is in this incident and whether the reader may correct it."""
    roles = _role_names(incident.roles.all())
    can_respond = policies.can_respond(user, incident)
    lines = list(entries)
    for entry in lines:
        entry.by_role = roles.get(entry.author_id, "")  # type: ignore[attr-defined]
        entry.can_edit = entry.is_by_a_person and (can_respond or entry.author_id == user.pk)  # type: ignore[attr-defined]
    return lines


def _role_names(rows: Iterable[RoleAssignment]) -> dict[int, str]:
    return {row.person_id: row.get_role_display().lower() for row in rows if row.until is None}
