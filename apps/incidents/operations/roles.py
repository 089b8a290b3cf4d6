"""Roles: at most one person holds each at a time, and who held it before stays written."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import EntryKind, Incident, Role, RoleAssignment, SeverityPolicy
from apps.incidents.operations.milestones import acknowledge_by_leading
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.versions import raise_version
from apps.incidents.policies import can_respond, can_take_role


@transaction.atomic
def assign_role(incident: Incident, *, role: str, person: User, by: User, now: datetime) -> RoleAssignment:
    """Give a free role to somebody, or take it: anybody who may write takes a free role for themselves, and who takes
    command acknowledges."""
    row = lock(incident)
    allowed = can_take_role(by, row) if person == by else can_respond(by, row)
    require(
        allowed,
        "Giving a role to others is for responders. A free one you take yourself, unless the incident is private.",
    )
    holder = _holder(row, role)
    if holder:
        raise Conflict(f"{holder.person} has the {_named(holder)} role. Hand it over instead.")
    added = "" if role in Role.values else SeverityPolicy.objects.current().role_name(role) or ""
    assignment = begin_role(row, role, person, name=added, now=now)
    log_entry(row, EntryKind.ROLE, _given(assignment, by=by), at=now, by=by)
    record("incident.role_assigned", row, by=by, changes={role: [None, person.slug]})
    if role == Role.COMMANDER and person == by:
        acknowledge_by_leading(row, by=by, now=now)
    return assignment


@transaction.atomic
def hand_over(incident: Incident, *, role: str, to: User, by: User, now: datetime) -> RoleAssignment:
    """From who holds the role to somebody else, with no moment in which nobody does."""
    row = lock(incident)
    require(can_respond(by, row), "Only responders hand a role over.")
    holder = _holder(row, role)
    if holder is None:
        raise Conflict(
            f"Nobody has the {_named(RoleAssignment(role=role))} role. Take it, or give it to somebody."
        )
    if holder.person_id == to.pk:
        raise Conflict(f"{to} has the {_named(holder)} role already.")
    return pass_role(row, holder, to=to, by=by, now=now)


def pass_role(
    incident: Incident, holder: RoleAssignment, *, to: User, by: User, now: datetime
) -> RoleAssignment:
    """From one to the other. The caller has locked the incident and asked its policy."""
    apply_changes(holder, {"until": now})
    assignment = begin_role(incident, holder.role, to, name=holder.name, now=now)
    words = f"{holder.person} handed the {_named(holder)} role over to {to}"
    log_entry(incident, EntryKind.ROLE, words, at=now, by=by)
    changes = {holder.role: [holder.person.slug, to.slug]}
    record("incident.role_handed_over", incident, by=by, changes=changes)
    return assignment


@transaction.atomic
def end_role(incident: Incident, *, role: str, by: User, now: datetime) -> RoleAssignment:
    """Nobody holds the role from now on."""
    row = lock(incident)
    require(can_respond(by, row), "Only responders end a role.")
    holder = _holder(row, role)
    if holder is None:
        raise Conflict(f"Nobody has the {_named(RoleAssignment(role=role))} role.")
    apply_changes(holder, {"until": now})
    _show_commander(row, role, None)
    log_entry(row, EntryKind.ROLE, f"{holder.person} left the {_named(holder)} role", at=now, by=by)
    record("incident.role_ended", row, by=by, changes={role: [holder.person.slug, None]})
    return holder


def _holder(incident: Incident, role: str) -> RoleAssignment | None:
    """A role that was taken off the list meanwhile can still be handed over, and left."""
    found = incident.roles.select_related("person").filter(role=role, until__isnull=True).first()
    policy = SeverityPolicy.objects.current()
    if found is None and policy.role_name(role) is None:
        raise ValidationError({"role": "Choose one of: " + ", ".join(policy.all_roles) + "."})
    return found


def begin_role(
    incident: Incident, role: str, person: User, *, name: str = "", now: datetime
) -> RoleAssignment:
    """The person has the role from now on; `name` is of one that the organisation added.

    The caller has locked the incident and asked its policy.
    """
    if not person.may_write or person.is_system:
        raise ValidationError({"person": f"{person} cannot take a role: choose somebody who may act here."})
    assignment = RoleAssignment(incident=incident, role=role, name=name, person=person, since=now)
    assignment.save(force_insert=True)
    _show_commander(incident, role, person)
    return assignment


def _show_commander(incident: Incident, role: str, person: User | None) -> None:
    if role != Role.COMMANDER or not apply_changes(incident, {"commander": person}):
        raise_version(incident)


def _given(assignment: RoleAssignment, *, by: User) -> str:
    if assignment.person == by:
        return f"{by} took the {_named(assignment)} role"
    return f"{by} gave the {_named(assignment)} role to {assignment.person}"


def _named(assignment: RoleAssignment) -> str:
    return assignment.get_role_display().lower()
