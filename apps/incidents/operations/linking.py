"""Links between incidents. The timeline names none of them: each is shown only to who may see both ends."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import READ_BACKWARDS, Incident, IncidentLink, IncidentStatus, LinkKind
from apps.incidents.policies import can_respond, can_unlink

BOTH_WAYS = frozenset({LinkKind.RELATED})  # says the same from either end


@transaction.atomic
def link_incidents(incident: Incident, *, to: Incident, kind: str, by: User, now: datetime) -> IncidentLink:
    """Say that `incident` is a duplicate, a recurrence, a consequence or a part of `to`, or related to it."""
    row, other = lock_both(incident, to)
    require(can_respond(by, row), "Only responders link an incident. Take a role first.")
    _check_ends(row, other, kind=kind, by=by)
    _check_new(row, other, kind)
    link = IncidentLink(from_incident=row, to_incident=other, kind=kind, created_by=by, created_at=now)
    link.save(force_insert=True)
    _tell("incident.linked", link, by=by)
    return link


@transaction.atomic
def unlink_incidents(link: IncidentLink, *, by: User) -> None:
    """Take a link back. What it said stays in the trail."""
    row = IncidentLink.objects.with_ends().select_for_update(of=("self",)).filter(pk=link.pk).first()
    if row is None:
        raise Conflict("This link was removed already.")
    require(can_unlink(by, row), "Only responders of one of the two take a link back.")
    _tell("incident.unlinked", row, by=by)
    row.delete()


def lock_both(incident: Incident, other: Incident) -> tuple[Incident, Incident]:
    """Both rows locked, always in the same order: two people who name each other's must not wait for ever."""
    found = {row.pk: row for row in lock_in_order({incident.pk, other.pk})}
    return found[incident.pk], found[other.pk]


def lock_in_order(pks: set[int]) -> list[Incident]:
    """In one order, whoever names them how: two who lock several at once must not wait for each other."""
    return list(Incident.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _check_ends(row: Incident, other: Incident, *, kind: str, by: User) -> None:
    if kind not in LinkKind.values:
        raise ValidationError({"kind": "Choose one of: " + ", ".join(LinkKind.values) + "."})
    if not Incident.objects.visible_to(by).filter(pk=other.pk).exists():
        raise ValidationError({"to": "Name an incident that you may see."})
    if row.pk == other.pk:
        raise ValidationError({"to": "An incident cannot be linked to itself."})
    if other.status == IncidentStatus.MERGED:
        raise ValidationError({"to": f"{other.key} was merged. Name the one it went into."})
    if row.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Link the one it went into.")


def _check_new(row: Incident, other: Incident, kind: str) -> None:
    name = LinkKind(kind).label.lower()
    if row.links_out.filter(to_incident=other, kind=kind).exists():
        raise Conflict(f"{row.key} is {name} {other.key} already.")
    if kind in BOTH_WAYS and other.links_out.filter(to_incident=row, kind=kind).exists():
        raise Conflict(f"{row.key} is {name} {other.key} already.")
    if kind not in BOTH_WAYS and _leads_to(other, row.pk, kind):
        raise ValidationError({"to": f"{other.key} is {name} {row.key} already; it cannot be both ways."})


def _leads_to(start: Incident, goal: int, kind: str) -> bool:
    """Whether links of the kind lead from `start` to `goal`, over any number of others."""
    known: set[int] = set()
    edge = {start.pk}
    while edge:
        known |= edge
        links = IncidentLink.objects.of_kind(kind).filter(from_incident__in=edge)
        edge = set(links.values_list("to_incident", flat=True)) - known
    return goal in known


def _tell(verb: str, link: IncidentLink, *, by: User) -> None:
    """One event for each end, in its own scope and without the other's key: either may become private later."""
    is_new = verb == "incident.linked"
    for end, words in (
        (link.from_incident, LinkKind(link.kind).label),
        (link.to_incident, READ_BACKWARDS[link.kind]),
    ):
        values = {"link": str(link.uuid), "kind": words.lower()}
        changes = {name: [None, value] if is_new else [value, None] for name, value in values.items()}
        record(verb, end, by=by, changes=changes)
