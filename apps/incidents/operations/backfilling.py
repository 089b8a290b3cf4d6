"""Incidents of the past, told by another system: written in bulk, as they were, and nobody is mailed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models, transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.keys import next_key
from apps.core.permissions import require
from apps.incidents.models import (
    EntryKind,
    Incident,
    IncidentKind,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    TimelineEntry,
    Transition,
)
from apps.incidents.policies import can_declare
from apps.services.models import Service
from apps.services.operations import tags_named

BATCH = 500


@dataclass(frozen=True, slots=True)
class PastEntry:
    at: datetime
    body: str
    kind: str = EntryKind.NOTE
    is_starred: bool = False


@dataclass(frozen=True, slots=True)
class PastMilestone:
    """`at` None means unknown, and then `note` says why."""

    kind: str
    at: datetime | None
    note: str = ""
    precision_minutes: int = 1
    source: str = MilestoneSource.INTEGRATION


@dataclass(slots=True)
class PastIncident:
    """One incident as another system tells it; `moves` are (status, when), the last one is where it stands."""

    source_system: str
    external_id: str
    title: str
    severity: int
    started_at: datetime
    summary: str = ""
    kind: str = IncidentKind.BACKFILLED
    milestones: list[PastMilestone] = field(default_factory=list)
    moves: list[tuple[str, datetime]] = field(default_factory=list)
    entries: list[PastEntry] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def time_of(self, kind: MilestoneKind) -> datetime | None:
        return next((one.at for one in self.milestones if one.kind == kind), None)


@transaction.atomic
def backfill_incidents(past: Iterable[PastIncident], *, by: User, now: datetime) -> list[Incident]:
    """Write the incidents that are not here yet, told apart by source and external id; the others stay as they are."""
    require(can_declare(by))
    new = _not_here_yet(list(past))
    rows = [_row(one, by=by, now=now) for one in new]
    Incident.objects.bulk_create(rows, batch_size=BATCH)
    pairs = list(zip(rows, new, strict=True))
    for row, one in pairs:
        record("incident.imported", row, by=by, changes={"external_id": [None, one.external_id]})
    _write_links(pairs)
    _write_parts(pairs, by=by, now=now)
    return rows


def _not_here_yet(past: list[PastIncident]) -> list[PastIncident]:
    """In their order; of two with the same id the first."""
    known = {source: Incident.objects.from_source(source) for source in {one.source_system for one in past}}
    new = {
        (one.source_system, one.external_id): one
        for one in reversed(past)
        if one.external_id not in known[one.source_system]
    }
    return list(reversed(new.values()))


def _row(one: PastIncident, *, by: User, now: datetime) -> Incident:
    number, key = next_key("INC")
    status, since = one.moves[-1] if one.moves else (IncidentStatus.CLOSED, one.started_at)
    return Incident(
        number=number,
        key=key,
        title=one.title[:200],
        summary=one.summary,
        severity=one.severity,
        kind=one.kind,
        status=status,
        status_since=since,
        declared_by=by,
        started_at=one.started_at,
        mitigated_at=one.time_of(MilestoneKind.MITIGATED),
        resolved_at=one.time_of(MilestoneKind.RESOLVED),
        source_system=one.source_system,
        external_id=one.external_id,
    )


Pairs = Sequence[tuple[Incident, PastIncident]]


def _write_links(pairs: Pairs) -> None:
    tags = {tag.name: tag.pk for tag in tags_named(name for _, one in pairs for name in one.tags)}
    wanted = [(row.pk, {slugify(tag, allow_unicode=True)[:60] for tag in one.tags}) for row, one in pairs]
    labels = [(pk, tags[name]) for pk, names in wanted for name in sorted(names) if name]
    _bulk(Incident.tags.through, labels, "tag_id")
    links = [(row.pk, pk) for row, one in pairs for pk in {service.pk for service in one.services}]
    _bulk(Incident.services.through, links, "service_id")


def _bulk(model: type[models.Model], links: list[tuple[int, int]], column: str) -> None:
    rows = [model(**{"incident_id": incident, column: other}) for incident, other in links]
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _write_parts(pairs: Pairs, *, by: User, now: datetime) -> None:
    Milestone.objects.bulk_create(
        (
            Milestone(
                incident=row,
                kind=part.kind,
                at=part.at,
                note=part.note,
                precision_minutes=part.precision_minutes,
                source=part.source,
            )
            for row, one in pairs
            for part in one.milestones
        ),
        batch_size=BATCH,
    )
    Transition.objects.bulk_create(
        (move for row, one in pairs for move in _moves(row, one, by=by, now=now)), batch_size=BATCH
    )
    TimelineEntry.objects.bulk_create(
        (
            TimelineEntry(
                incident=row,
                kind=part.kind,
                body=part.body,
                at=part.at,
                author=by,
                is_starred=part.is_starred,
            )
            for row, one in pairs
            for part in one.entries
        ),
        batch_size=BATCH,
    )


def _moves(row: Incident, one: PastIncident, *, by: User, now: datetime) -> Iterable[Transition]:
    before = ""
    for status, at in one.moves or [(row.status, row.status_since)]:
        yield Transition(
            incident=row,
            from_status=before,
            to_status=status,
            at=now,
            effective_at=at,
            actor=by,
            reason=f"As told by {one.source_system}." if before else "",
        )
        before = status
