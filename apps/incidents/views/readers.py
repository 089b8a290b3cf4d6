"""Who reads a private incident, for its page and for the page about access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.incidents import policies
from apps.incidents.models import Incident, IncidentGrant

READINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Readers:
    """`always`: person and why. `running` and `ended`: access with an end. `readings`: when which admin read it."""

    always: list[tuple[User, str]]
    running: list[IncidentGrant]
    ended: list[IncidentGrant]
    readings: list[AuditEvent]
    can_share: bool
    is_recorded: bool


def readers_of(incident: Incident, user: User, *, now: datetime) -> Readers:
    grants = list(incident.grants.with_names())
    readings = AuditEvent.objects.of(incident.audit_scope, "incident.private_read")[:READINGS_SHOWN]
    return Readers(
        always=_always(incident),
        running=[grant for grant in grants if grant.ends_at > now],
        ended=[grant for grant in grants if grant.ends_at <= now],
        readings=list(readings),
        can_share=policies.can_share(user, incident),
        is_recorded=user.is_org_admin,
    )


def _always(incident: Incident) -> list[tuple[User, str]]:
    """Each once, with the first reason why."""
    found = {incident.declared_by: "declared it"}
    for row in incident.roles.select_related("person"):
        had = "has" if row.until is None else "had"
        found.setdefault(row.person, f"{had} the {row.get_role_display().lower()} role")
    return list(found.items())
