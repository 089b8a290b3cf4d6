"""Two problems that were told as one become two incidents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import EntryKind, Incident, IncidentStatus, LinkKind, TimelineEntry
from apps.incidents.operations.beats import next_beat
from apps.incidents.operations.declaring import declare_incident
from apps.incidents.operations.linking import link_incidents
from apps.incidents.operations.readers import keep_readers
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.versions import raise_version
from apps.incidents.policies import can_respond
from apps.services.models import Service


@transaction.atomic
def split_incident(
    incident: Incident,
    *,
    title: str,
    severity: int | None = None,
    entries: Sequence[TimelineEntry] = (),
    services: Sequence[Service] = (),
    by: User,
    now: datetime,
) -> Incident:
    """A new incident that takes these entries and services along and is linked to this one, as private as it is,
    for the same readers."""
    row = lock(incident)
    require(can_respond(by, row), "Only responders split an incident. Take a role first.")
    _check(row, entries, services)
    new = declare_incident(
        title=title,
        severity=severity or row.severity,
        services=services,
        kind=row.kind,
        is_private=row.is_private,
        started_at=_began(row, entries, services),
        by=by,
        now=now,
    )
    _hand_over(row, new, entries, services)
    if row.is_private:
        keep_readers(row, new, by=by, now=now)
    link = link_incidents(new, to=row, kind=LinkKind.RELATED, by=by, now=now)
    _tell(row, len(entries), services, by=by, now=now)
    slugs = sorted(service.slug for service in services)
    changes = {"entries": [len(entries), 0], "services": [slugs, []], "link": [None, str(link.uuid)]}
    record("incident.split", row, by=by, changes=changes)
    return new


def _check(row: Incident, entries: Sequence[TimelineEntry], services: Sequence[Service]) -> None:
    if not row.is_open and row.status != IncidentStatus.RESOLVED:
        raise Conflict(
            f"{row.key} is {row.get_status_display().lower()}: declare a new one and link the two."
        )
    if not entries and not services:
        raise ValidationError({"entries": "Choose at least one entry or one service that goes along."})
    own = set(
        row.timeline.by_people().filter(pk__in=[one.pk for one in entries]).values_list("pk", flat=True)
    )
    if own != {entry.pk for entry in entries}:
        raise ValidationError({"entries": "Choose among the entries that people wrote into this timeline."})
    if {service.pk for service in services} - {service.pk for service in row.services.all()}:
        raise ValidationError({"services": "Choose among the services of this incident."})


def _began(row: Incident, entries: Sequence[TimelineEntry], services: Sequence[Service]) -> datetime:
    """The earliest that goes along; without any, when the whole began."""
    windows = row.impact_windows.filter(service__in=services)
    moments = [*(entry.at for entry in entries), *(window.start for window in windows)]
    return min(moments, default=row.started_at)


def _hand_over(
    row: Incident, new: Incident, entries: Sequence[TimelineEntry], services: Sequence[Service]
) -> None:
    TimelineEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        incident=new, came_with=None, beat=next_beat(new)
    )
    row.impact_windows.filter(service__in=services).update(incident=new)
    row.services.remove(*services)
    raise_version(row)


def _tell(row: Incident, count: int, services: Sequence[Service], *, by: User, now: datetime) -> None:
    """Without the key of the new one, which may become private."""
    parts = [f"{count} {'entry' if count == 1 else 'entries'}"] if count else []
    parts += sorted(service.slug for service in services)
    log_entry(
        row, EntryKind.CHANGE, f"Split off as an incident of its own: {', '.join(parts)}", at=now, by=by
    )
