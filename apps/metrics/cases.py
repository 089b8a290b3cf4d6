"""Incidents as the figures need them: few columns, read in a fixed number of queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sys import intern
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.accounts.models import Team, User
from apps.incidents.models import (
    OPEN,
    ImpactLevel,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentLink,
    IncidentLinkQuerySet,
    IncidentQuerySet,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    impact_time,
)
from apps.metrics.periods import Span
from apps.services.models import Service

S = IncidentStatus
MOST = 20_000
STEPS = (
    MilestoneKind.IMPACT_STARTED,
    MilestoneKind.DETECTED,
    MilestoneKind.ACKNOWLEDGED,
    MilestoneKind.MITIGATED,
    MilestoneKind.RESOLVED,
)
COUNTED = (S.INVESTIGATING, S.IDENTIFIED, S.MITIGATED, S.RESOLVED, S.CLOSED)
COLUMNS = ("pk", "key", "severity", "status", "kind", "started_at", "status_since")


@dataclass(slots=True)
class Hurt:
    """An impact window in which somebody was affected, as light as can be. `service` None: the whole incident."""

    service: int | None
    start: datetime
    end: datetime | None
    level: str
    hurts: bool = True


@dataclass(slots=True)
class Case:
    """One incident: milestones with a known time, those of them that are estimates, and when it hurt."""

    pk: int
    key: str
    severity: int
    status: str
    kind: str
    started_at: datetime
    status_since: datetime
    times: dict[str, datetime] = field(default_factory=dict)
    estimates: frozenset[str] = frozenset()
    windows: list[Hurt] = field(default_factory=list)
    has_guessed_start: bool = False  # nobody said when it began: the portal wrote the moment of declaring
    is_found_by_machine: bool = False
    is_duplicate: bool = False

    @property
    def is_counted(self) -> bool:
        return self.kind == IncidentKind.REAL and self.status in COUNTED and not self.is_duplicate

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_estimate(self, kind: str) -> bool:
        return kind in self.estimates or (kind == MilestoneKind.IMPACT_STARTED and self.has_guessed_start)

    def add_time(self, kind: str, at: datetime, source: str) -> None:
        self.times[kind] = at
        if source == MilestoneSource.ESTIMATE:
            self.estimates |= {kind}
        elif source == MilestoneSource.AUTO and kind == MilestoneKind.IMPACT_STARTED:
            self.has_guessed_start = True
        elif source == MilestoneSource.INTEGRATION and kind == MilestoneKind.DETECTED:
            self.is_found_by_machine = True


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at, and by whom."""

    user: User
    span: Span
    before: Span
    team: Team | None = None
    service: Service | None = None
    severities: tuple[int, ...] = ()

    def rows(self) -> IncidentQuerySet:
        """Both periods, whatever the kind and status."""
        rows = Incident.objects.visible_to(self.user)
        rows = rows.filter(started_at__gte=self.before.start, started_at__lt=self.span.end)
        if self.team:
            rows = rows.of_team(self.team)
        if self.service:
            rows = rows.of_service(self.service)
        return rows.filter(severity__in=self.severities) if self.severities else rows

    def counted(self) -> IncidentQuerySet:
        rows = self.rows().filter(kind=IncidentKind.REAL, status__in=COUNTED)
        return rows.exclude(pk__in=self.duplicates().values("from_incident"))

    def duplicates(self) -> IncidentLinkQuerySet:
        """Counted as the incident that they repeat, as if they had been merged into it."""
        return IncidentLink.objects.of_duplicates(self.user)

    def query(self, **more: Any) -> str:
        """The query string that shows these incidents of the period in the incident list."""
        own: dict[str, Any] = {"from": self.span.first, "to": self.span.last}
        if self.team:
            own["team"] = self.team.slug
        if self.service:
            own["service"] = self.service.slug
        if self.severities:
            own["severity"] = self.severities
        return urlencode(own | more, doseq=True)

    def counted_query(self, **more: Any) -> str:
        return self.query(
            **{"kind": "real", "status": [str(status) for status in COUNTED], "duplicate": "false"} | more
        )

    def counted_open_query(self) -> str:
        return self.counted_query(status=[str(status) for status in COUNTED if status in OPEN])


@dataclass(frozen=True, slots=True)
class Cases:
    """`now` and `before` are the counted ones of the two periods, `left_out` the other ones of this period."""

    now: list[Case]
    before: list[Case]
    left_out: list[Case]


def read_cases(scope: Scope) -> Cases:
    """Four queries. More incidents than can be drawn with care are refused, on the field `from`."""
    rows = scope.rows().order_by("-started_at", "-pk").values_list(*COLUMNS)[: MOST + 1]
    cases = [Case(*row) for row in rows]
    if len(cases) > MOST:
        raise ValidationError(
            {"from": f"More than {MOST:,} incidents. Choose a shorter time, a team or a service."}
        )
    twins = set(scope.duplicates().values_list("from_incident", flat=True))
    for case in cases:
        case.is_duplicate = case.pk in twins
    by_pk = {case.pk: case for case in cases if case.is_counted}
    _add_milestones(by_pk, scope.counted())
    _add_windows(by_pk, scope.counted())
    now = [case for case in cases if case.started_at >= scope.span.start]
    return Cases(
        now=[case for case in now if case.is_counted],
        before=[case for case in by_pk.values() if case.started_at < scope.before.end],
        left_out=[case for case in now if not case.is_counted],
    )


def _add_milestones(cases: dict[int, Case], rows: QuerySet[Incident]) -> None:
    found = Milestone.objects.filter(
        incident__in=rows.values("pk"), at__isnull=False, kind__in=STEPS
    ).order_by()
    for pk, kind, at, source in found.values_list("incident_id", "kind", "at", "source").iterator(2000):
        if at and pk in cases:  # else declared since
            cases[pk].add_time(intern(kind), at, source)


def _add_windows(cases: dict[int, Case], rows: QuerySet[Incident]) -> None:
    found = ImpactWindow.objects.filter(incident__in=rows.values("pk")).exclude(level=ImpactLevel.OPERATIONAL)
    columns = ("incident_id", "service_id", "start", "end", "level")
    for pk, service, start, end, level in found.order_by().values_list(*columns).iterator(2000):
        if pk in cases:
            cases[pk].windows.append(Hurt(service, start, end, intern(level)))


def hurt_time(windows: Iterable[Hurt], now: datetime) -> timedelta:
    """The portal's one impact time, of windows read in bulk."""
    return impact_time(windows, now)  # type: ignore[arg-type]


def service_links(scope: Scope, cases: list[Case]) -> tuple[dict[int, set[int]], dict[int, tuple[str, str]]]:
    """The services of each case, and slug and name of every service that occurs. Two queries."""
    links: dict[int, set[int]] = {case.pk: set() for case in cases}
    through = Incident.services.through._default_manager
    for pk, service in through.filter(incident__in=scope.counted().values("pk")).values_list(
        "incident_id", "service_id"
    ):
        if pk in links:
            links[pk].add(service)
    own = {window.service for case in cases for window in case.windows if window.service}
    names = Service.objects.filter(pk__in=own.union(*links.values())).values_list("pk", "slug", "name")
    return links, {pk: (slug, name) for pk, slug, name in names}
