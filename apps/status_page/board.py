"""What a status page shows, gathered in a fixed number of queries. Nothing gets here but through
`StatusUpdate.objects.public()`, so a private incident, a drill or what is only said inside never does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, Q

from apps.incidents.models import (
    OPEN,
    ImpactWindow,
    Incident,
    PublicState,
    StatusUpdate,
)
from apps.incidents.models.status_update import StatusUpdateQuerySet
from apps.status_page.days import DAYS, OPERATIONAL, Day, Span, last_days, level_now, worst
from apps.status_page.models import PublicTitle, Report, StatusPage

PAST_SHOWN = 25
MOST_UPDATES = 500
WORDS = {
    "operational": "All services work",
    "degraded": "Some services are slow or unreliable",
    "partial": "Some services are partly down",
    "down": "Some services are down",
}
WORDS_FOR_ONE = {
    "operational": "Works",
    "degraded": "Slow or unreliable",
    "partial": "Partly down",
    "down": "Down",
}
BUSY = "An incident is being worked on"


@dataclass(frozen=True, slots=True)
class Told:
    """One public update."""

    uuid: UUID
    at: datetime
    changed_at: datetime
    state: str
    state_in_words: str
    text: str


@dataclass(frozen=True, slots=True)
class Disruption:
    """An incident as strangers know it. Its anchor is its first public update, which never changes."""

    title: str
    services: list[str]
    is_named: bool  # by a responder, not after its services
    updates: list[Told]
    is_over: bool
    report: Report | None = None  # its public postmortem

    @property
    def anchor(self) -> UUID:
        return self.updates[-1].uuid

    @property
    def newest(self) -> Told:
        return self.updates[0]

    @property
    def state(self) -> str:
        """In words. What ended without a last word outside says only that."""
        is_told = not self.is_over or self.newest.state == PublicState.RESOLVED
        return self.newest.state_in_words if is_told else "Ended"


@dataclass(frozen=True, slots=True)
class Line:
    """One service on the page."""

    page: StatusPage
    level: str
    words: str
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Board:
    page: StatusPage
    level: str
    words: str
    lines: list[Line]
    current: list[Disruption]
    past: list[Disruption]
    has_more: bool

    @property
    def newest(self) -> Told | None:
        """The last thing that was said."""
        return max(
            (one.newest for one in [*self.current, *self.past]), key=lambda told: told.at, default=None
        )


def told(page: StatusPage) -> StatusUpdateQuerySet:
    """The public updates that belong on the page."""
    rows = StatusUpdate.objects.public()
    return rows.filter(entry__incident__services=page.service_id) if page.service_id else rows


def board_of(page: StatusPage, *, now: datetime) -> Board:
    """Seven queries, however much there is."""
    since = now - timedelta(days=DAYS)
    recent = Q(entry__at__gte=since) | Q(entry__incident__status__in=OPEN)
    lines = lines_of(pages_on(page), since=since, now=now)
    found = disruptions_of(told(page).filter(recent)[:MOST_UPDATES])
    current = [one for one in found if not one.is_over]
    past = [one for one in found if one.is_over and one.newest.at >= since]
    level = worst(line.level for line in lines)
    words = (WORDS_FOR_ONE if page.service_id else WORDS)[level]
    return Board(
        page=page,
        level=level,
        words=BUSY if current and level == OPERATIONAL else words,
        lines=lines,
        current=current,
        past=past[:PAST_SHOWN],
        has_more=len(past) > PAST_SHOWN or told(page).filter(entry__at__lt=since).exists(),
    )


def pages_on(page: StatusPage) -> list[StatusPage]:
    """Whose bars it shows: its own, or for the organisation those of all services that are open to strangers."""
    if page.service_id:
        return [page]
    return list(StatusPage.objects.on().of_services())


def lines_of(pages: Iterable[StatusPage], *, since: datetime, now: datetime) -> list[Line]:
    spans = spans_by_service(since)
    lines = []
    for page in pages:
        mine = spans.get(page.service_id or 0, [])
        level = level_now(mine, now)
        lines.append(Line(page, level, WORDS_FOR_ONE[level], last_days(mine, now)))
    return lines


def spans_by_service(since: datetime) -> dict[int, list[Span]]:
    """Of each service the windows of incidents that are told outside. A window without a service stands for every
    service of its incident that has none of its own."""
    public = StatusUpdate.objects.public().order_by().values("entry__incident")
    windows = list(
        ImpactWindow.objects.filter(Q(end__isnull=True) | Q(end__gte=since), incident__in=public).order_by(
            "start"
        )
    )
    own = {(window.incident_id, window.service_id) for window in windows if window.service_id}
    services = services_by_incident({window.incident_id for window in windows})
    found: dict[int, list[Span]] = defaultdict(list)
    for window in windows:
        for pk in [window.service_id] if window.service_id else services[window.incident_id]:
            if window.service_id or (window.incident_id, pk) not in own:
                found[pk].append(Span(window.start, window.end, window.level))
    return found


def services_by_incident(incidents: Iterable[int]) -> dict[int, list[int]]:
    pairs = Incident.services.through._default_manager.filter(incident__in=list(incidents))
    found: dict[int, list[int]] = defaultdict(list)
    for incident, service in pairs.values_list("incident_id", "service_id"):
        found[incident].append(service)
    return found


def disruptions_of(updates: Iterable[StatusUpdate]) -> list[Disruption]:
    """Grouped by incident, the one with the newest update first."""
    groups: dict[Incident, list[StatusUpdate]] = {}
    for update in updates:
        groups.setdefault(update.entry.incident, []).append(update)
    names = names_by_incident([incident.pk for incident in groups])
    titles = dict(PublicTitle.objects.filter(incident__in=groups).values_list("incident", "title"))
    reports = reports_by_incident(groups)
    return [
        replace(_disruption(incident, rows, names, titles), report=reports.get(incident.pk))
        for incident, rows in groups.items()
    ]


def reports_by_incident(incidents: Iterable[Incident]) -> dict[int, Report]:
    """The latest public postmortem of each."""
    shown = Report.objects.shown().filter(incidents__in=list(incidents)).order_by("first_published_at", "pk")
    pairs = shown.annotate(of=F("incidents"))
    return {report.of: report for report in pairs}  # type: ignore[attr-defined]


def names_by_incident(incidents: Iterable[int]) -> dict[int, list[str]]:
    """The public names of what each touches; a service without an open page is not named."""
    pages = StatusPage.objects.on().filter(service__incidents__in=list(incidents))
    found: dict[int, list[str]] = defaultdict(list)
    for incident, name in pages.order_by("name").values_list("service__incidents", "name"):
        found[incident].append(name)
    return found


def _disruption(
    incident: Incident,
    rows: list[StatusUpdate],
    names: Mapping[int, list[str]],
    titles: Mapping[int, str],
) -> Disruption:
    services = names.get(incident.pk, [])
    title = titles.get(incident.pk) or title_from(services)
    is_over = not incident.is_open or rows[0].public_state == PublicState.RESOLVED
    return Disruption(title, services, incident.pk in titles, [_told(row) for row in rows], is_over)


def _told(row: StatusUpdate) -> Told:
    entry = row.entry
    changed_at = entry.edited_at or entry.recorded_at
    return Told(
        entry.uuid, entry.at, changed_at, row.public_state, row.get_public_state_display(), row.public_text
    )


def default_title(incident: Incident) -> str:
    """What it is called outside while nobody has said so."""
    return title_from(names_by_incident([incident.pk])[incident.pk])


def public_title(incident: Incident) -> str:
    """What it is called outside."""
    known = PublicTitle.objects.filter(incident=incident).first()
    return known.title if known else default_title(incident)


def title_from(services: list[str]) -> str:
    return f"Disruption of {in_a_row(services)}" if services else "Disruption"


def in_a_row(names: list[str]) -> str:
    """A, B and C."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def history_of(page: StatusPage, *, skip: int, count: int) -> tuple[list[Disruption], int]:
    """`count` disruptions after the `skip` newest, and how many there are in all."""
    groups = told(page).order_by().values("entry__incident").annotate(newest=Max("entry__at"))
    wanted = list(groups.order_by("-newest", "-entry__incident")[skip : skip + count])
    pks = [group["entry__incident"] for group in wanted]
    rows = told(page).filter(entry__incident__in=pks)
    return disruptions_of(rows), groups.count()
