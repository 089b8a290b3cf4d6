"""When somebody leaves: every role they hold in an open incident goes to somebody else, in one action."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident, RoleAssignment
from apps.incidents.operations.roles import pass_role
from apps.incidents.policies import can_hand_over_for, can_respond


def roles_to_hand_over(person: User, *, by: User) -> list[RoleAssignment]:
    """What the person holds in open incidents, oldest incident first. Of private ones only where `by` responds:
    a role opens a private incident for good, and that is not given away from outside."""
    rows = RoleAssignment.objects.held_by(person).filter(incident__in=Incident.objects.visible_to(by).open())
    found = rows.select_related("incident").order_by("incident__number", "pk")
    return [row for row in found if not row.incident.is_private or can_respond(by, row.incident)]


@transaction.atomic
def hand_over_all(person: User, *, to: User, by: User, now: datetime) -> list[RoleAssignment]:
    """All roles that `roles_to_hand_over` lists, or none. Returns the new assignments."""
    require(
        can_hand_over_for(by, person),
        "Only they themselves, leads of their teams and admins hand their roles over.",
    )
    if to.pk == person.pk:
        raise ValidationError({"to": "Choose somebody else."})
    wanted = {row.incident_id for row in roles_to_hand_over(person, by=by)}
    locked = {
        row.pk: row for row in Incident.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    }
    held = roles_to_hand_over(person, by=by)  # as they are under the locks
    if not held:
        raise Conflict(f"{person} holds no role in an open incident that you may see.")
    done = [
        _pass(locked[row.incident_id], row, to=to, by=by, now=now)
        for row in held
        if row.incident_id in locked
    ]
    changes = {"roles": [len(done), 0], "to": [None, to.slug]}
    record("user.roles_handed_over", person, by=by, changes=changes)
    return done


@transaction.atomic
def hand_over_for(person: User, *, held: RoleAssignment, to: User, by: User, now: datetime) -> RoleAssignment:
    """One of the roles that `roles_to_hand_over` lists."""
    require(
        can_hand_over_for(by, person),
        "Only they themselves, leads of their teams and admins hand their roles over.",
    )
    incident = lock(held.incident)
    rows = {row.pk: row for row in roles_to_hand_over(person, by=by)}
    if held.pk not in rows:
        raise Conflict(f"{person} does not have this role any more.")
    return _pass(incident, rows[held.pk], to=to, by=by, now=now)


def _pass(incident: Incident, held: RoleAssignment, *, to: User, by: User, now: datetime) -> RoleAssignment:
    try:
        return pass_role(incident, held, to=to, by=by, now=now)
    except ValidationError as refusal:
        raise ValidationError({"to": refusal.messages}) from refusal
