"""Who read a private incident reads what is split off from it."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import plain
from apps.incidents.models import EntryKind, Incident, IncidentGrant
from apps.incidents.operations.access import LONGEST
from apps.incidents.operations.roles import begin_role
from apps.incidents.operations.timeline import log_entry


def keep_readers(row: Incident, new: Incident, *, by: User, now: datetime) -> None:
    """Whoever has a role has it there too, running access goes along with its end, and who declared it or had a role
    once has access as long as any lasts. Nobody is told: they had read it before. The caller locked both."""
    _keep_roles(row, new, by=by, now=now)
    readers: set[int | None] = {new.declared_by_id, *new.roles.values_list("person", flat=True)}
    kept = list(row.grants.running(now).with_names())
    readers |= {grant.person_id for grant in kept}
    former = [row.declared_by, *(role.person for role in row.roles.select_related("person"))]
    for grant in kept:
        _grant(new, grant.person, grant.team, grant.ends_at, grant.reason, by=by, now=now)
    for person in {one.pk: one for one in former if one.is_active and not one.is_system}.values():
        if person.pk not in readers:
            reason = "Took part in the incident that this was split off from"
            _grant(new, person, None, now + LONGEST, reason, by=by, now=now)


def _keep_roles(row: Incident, new: Incident, *, by: User, now: datetime) -> None:
    for held in row.roles.select_related("person").filter(until=None):
        if held.person.may_write:
            begin_role(new, held.role, held.person, name=held.name, now=now)
            words = f"{held.person} keeps the {held.get_role_display().lower()} role"
            log_entry(new, EntryKind.ROLE, words, at=now, by=by)
            record("incident.role_assigned", new, by=by, changes={held.role: [None, held.person.slug]})


def _grant(
    new: Incident,
    person: User | None,
    team: Team | None,
    ends_at: datetime,
    reason: str,
    *,
    by: User,
    now: datetime,
) -> None:
    grant = IncidentGrant(
        incident=new,
        person=person,
        team=team,
        ends_at=ends_at,
        reason=reason,
        granted_by=by,
        granted_at=now,
    )
    grant.save(force_insert=True)
    log_entry(
        new,
        EntryKind.CHANGE,
        f"{grant.receiver} may read this until {ends_at:%d %b %Y %H:%M} UTC",
        at=now,
        by=by,
    )
    diff = {"ends_at": [None, plain(ends_at)], "reason": [None, reason]}
    record("incident.access_granted", grant, by=by, changes=diff)
