"""What a merged incident brings along, and takes back: what people wrote, its services, roles that are free there.

Its own milestones, windows, moves and the portal's lines stay with it. The callers hold the locks of both.
Neither end's timeline or trail names the other: once the merge is undone, either may become private. The page shows
what is merged, the id of the request leads from one trail to the other.
"""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff
from apps.incidents.models import CarriedService, EntryKind, Incident, RoleAssignment, TimelineEntry
from apps.incidents.operations.beats import next_beat
from apps.incidents.operations.roles import begin_role
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.versions import raise_version


def carry(row: Incident, into: Incident, *, by: User, now: datetime) -> None:
    """From the merged incident to the one it went into, which says so and is audited."""
    brought: Diff = {"entries": [0, _bring_entries(row, into)]}
    brought["services"] = [[], _bring_services(row, into)]
    brought["roles"] = [[], _fill_roles(row, into, by=by, now=now)]
    raise_version(into)
    log_entry(into, EntryKind.CHANGE, "Another incident was merged into this incident", at=now, by=by)
    record("incident.absorbed", into, by=by, changes=brought)


def take_back(row: Incident, came_from: Incident, *, by: User, now: datetime) -> None:
    """From wherever the chain of merges led, back to the incident that stands alone again."""
    next_beat(chain_end(came_from))
    returned: Diff = {"entries": [_return_entries(row), 0]}
    returned["services"] = [_return_services(row, came_from), []]
    raise_version(came_from)
    log_entry(came_from, EntryKind.CHANGE, "Another incident was taken out again", at=now, by=by)
    record("incident.released", came_from, by=by, changes=returned)


def chain_end(incident: Incident) -> Incident:
    """Where what it brought along is shown now."""
    while incident.merged_into:
        incident = incident.merged_into
    return incident


def _bring_entries(row: Incident, into: Incident) -> int:
    written = row.timeline.by_people()
    written.filter(came_with=None).update(came_with=row)
    return row.timeline.by_people().update(incident=into, beat=next_beat(into))


def _return_entries(row: Incident) -> int:
    """Its own, and those of what had been merged into it before, which stay marked as theirs."""
    family = [row, *Incident.objects.absorbed_by(row)]
    theirs = TimelineEntry.objects.filter(came_with__in=family)
    count = theirs.update(incident=row, beat=next_beat(row))
    TimelineEntry.objects.filter(came_with=row).update(came_with=None)
    return count


def _bring_services(row: Incident, into: Incident) -> list[str]:
    known = set(into.services.values_list("pk", flat=True))
    new = [service for service in row.services.all() if service.pk not in known]
    into.services.add(*new)
    CarriedService.objects.bulk_create(CarriedService(incident=row, service=service) for service in new)
    return sorted(service.slug for service in new)


def _return_services(row: Incident, came_from: Incident) -> list[str]:
    """Off each incident along the chain, unless another one that was merged there has the service too."""
    carried = {one.service_id: one.service for one in row.carried_services.select_related("service")}
    row.carried_services.all().delete()
    holder: Incident | None = came_from
    lent = set(carried)
    while holder and lent:
        lent -= _kept_for_others(row, holder, lent)
        holder.services.remove(*lent)
        onward = CarriedService.objects.filter(incident=holder, service__in=lent)
        lent = set(onward.values_list("service", flat=True))
        onward.delete()
        holder = holder.merged_into
    return sorted(service.slug for service in carried.values())


def _kept_for_others(row: Incident, holder: Incident, lent: set[int]) -> set[int]:
    """Services that another incident brought too: it is the one who brought them from now on."""
    others = Incident.objects.filter(merged_into=holder, services__in=lent).exclude(pk=row.pk)
    kept = {
        service: incident for incident, service in others.values_list("pk", "services") if service in lent
    }
    CarriedService.objects.bulk_create(
        CarriedService(incident_id=incident, service_id=service) for service, incident in kept.items()
    )
    return set(kept)


def _fill_roles(row: Incident, into: Incident, *, by: User, now: datetime) -> list[str]:
    """Who holds a role in the merged incident has it in the other too, if nobody else does."""
    taken = set(RoleAssignment.objects.filter(incident=into, until=None).values_list("role", flat=True))
    filled = []
    for held in row.roles.select_related("person").filter(until=None).exclude(role__in=taken):
        if held.person.may_write:
            begin_role(into, held.role, held.person, name=held.name, now=now)
            words = f"{held.person} brought the {held.get_role_display().lower()} role along"
            log_entry(into, EntryKind.ROLE, words, at=now, by=by)
            filled.append(f"{held.role}: {held.person.slug}")
    return filled
