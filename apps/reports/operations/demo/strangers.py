"""What the demo organisation tells strangers, and to whom it opened what is private."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from apps.incidents.models import (
    OPEN,
    EntryKind,
    Incident,
    IncidentGrant,
    IncidentKind,
    IncidentStatus,
    PublicState,
    StatusUpdate,
    TimelineEntry,
)
from apps.reports.operations.demo.stage import Stage, Work
from apps.reports.operations.demo.words.outside import NAMES, PAGE, SHARES, TOLD
from apps.status_page.models import ORGANISATION, StatusPage

RECENT = timedelta(days=90)
LOUDEST = 2  # what is worse than this severity is told outside
WEEK = timedelta(days=7)


def make_strangers(stage: Stage) -> None:
    name, description = PAGE
    StatusPage.objects.create(slug=ORGANISATION, name=name, description=description, is_on=True)
    for work in stage.works.values():
        if work.slug in NAMES:
            name, slug, about = NAMES[work.slug]
            StatusPage.objects.create(service_id=work.pk, slug=slug, name=name, description=about, is_on=True)
            _tell_of(stage, work)
    _open_private(stage)


def _tell_of(stage: Stage, work: Work) -> None:
    rows = Incident.objects.filter(
        services=work.pk,
        kind=IncidentKind.REAL,
        is_private=False,
        severity__lte=LOUDEST,
        started_at__gte=stage.now - RECENT,
        status__in=[*OPEN, IncidentStatus.RESOLVED, IncidentStatus.CLOSED],
        commander__isnull=False,
    )
    told = StatusUpdate.objects.values("entry__incident")  # of today it is told by hand
    for incident in rows.exclude(pk__in=told).order_by("number"):
        _tell(stage, work, incident)


def _tell(stage: Stage, work: Work, incident: Incident) -> None:
    chance = stage.chance(f"outside {incident.key}")
    words = {"noun": work.product.noun, "share": chance.choice(SHARES)}
    begun = incident.started_at + timedelta(minutes=chance.randint(9, 20))
    found = begun + timedelta(minutes=chance.randint(11, 25))
    over = incident.mitigated_at or incident.resolved_at
    moments: list[tuple[PublicState, datetime | None]] = [
        (PublicState.INVESTIGATING, begun),
        (PublicState.IDENTIFIED, found if over is None or found < over else None),
        (PublicState.MONITORING, incident.mitigated_at and incident.mitigated_at + timedelta(minutes=3)),
        (PublicState.RESOLVED, incident.resolved_at and incident.resolved_at + timedelta(minutes=2)),
    ]
    so_far = incident.started_at
    for state, at in moments:
        if at and so_far < at <= stage.now:
            _say(incident, state, words, at, uuid=chance.uuid())
            so_far = at


def _say(incident: Incident, state: PublicState, words: dict[str, str], at: datetime, *, uuid: UUID) -> None:
    conditions, actions = (text.format(**words) for text in TOLD[state.value])
    update = StatusUpdate(
        conditions=conditions[0].upper() + conditions[1:],
        actions=actions,
        is_public=True,
        public_state=state.value,
    )
    update.entry = TimelineEntry.objects.create(
        uuid=uuid,
        incident=incident,
        kind=EntryKind.REPORT,
        body=update.text,
        at=at,
        author_id=incident.commander_id or incident.declared_by_id,
    )
    TimelineEntry.objects.filter(pk=update.entry.pk).update(recorded_at=at)
    update.save(force_insert=True)


def _open_private(stage: Stage) -> None:
    """One private incident is open to a colleague for a week, and was to another until yesterday."""
    hidden = Incident.objects.filter(is_private=True).order_by("-number").first()
    if hidden is None:
        return
    inside = {hidden.declared_by_id, *hidden.roles.values_list("person_id", flat=True)}
    others = [one for one in stage.people if not one.is_cast and one.pk not in inside][:2]
    for person, ends_at in zip(others, (stage.now + WEEK, stage.now - timedelta(days=1)), strict=False):
        IncidentGrant.objects.create(
            uuid=stage.chance(f"access of {person.pk}").uuid(),
            incident=hidden,
            person_id=person.pk,
            granted_at=ends_at - 2 * WEEK,
            granted_by_id=hidden.declared_by_id,
            ends_at=ends_at,
            reason="Knows the export that it came through",
        )
