"""Incidents as the figures need them: few columns, read in a fixed number of queries, however many there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.accounts.models import Team, User
from apps.incidents.models import (
    OPEN,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentQuerySet,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
)
from apps.metrics.periods import Span
from apps.services.models import Service

S = IncidentStatus
MOST = 20_000
COUNTED = (S.INVESTIGATING, S.IDENTIFIED, S.MITIGATED, S.RESOLVED, S.CLOSED)
COLUMNS = ("pk", "key", "severity", "status", "kind", "started_at", "status_since")


@dataclass(slots=True)
class Case:
    """One incident: milestones with a known time, who says so (`sources`), and the impact windows that hurt."""

    pk: int
    key: str
    severity: int
    status: str
    kind: str
    started_at: datetime
    status_since: datetime
    times: dict[str, datetime] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    windows: list[ImpactWindow] = field(default_factory=list)

    @property
    def is_counted(self) -> bool:
        return self.kind == IncidentKind.REAL and self.status in COUNTED

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def has_guessed_start(self) -> bool:
        """Nobody said when it began: the portal wrote the moment of declaring."""
        return self.sources.get(MilestoneKind.IMPACT_STARTED) == MilestoneSource.AUTO

    def is_estimate(self, kind: str) -> bool:
        is_guess = kind == MilestoneKind.IMPACT_STARTED and self.has_guessed_start
        return is_guess or self.sources.get(kind) == MilestoneSource.ESTIMATE


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
        return self.rows().filter(kind=IncidentKind.REAL, status__in=COUNTED)

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
        return self.query(**{"kind": "real", "status": [str(status) for status in COUNTED]} | more)

    def counted_open_query(self) -> str:
        return self.counted_query(status=[str(status) for status in COUNTED if status in OPEN])


@dataclass(frozen=True, slots=True)
class Cases:
    """`now` and `before` are the counted ones of the two periods, `left_out` the other ones of this period."""

    now: list[Case]
    before: list[Case]
    left_out: list[Case]


def read_cases(scope: Scope) -> Cases:
    """Three queries. More incidents than can be drawn with care are refused, on the field `from`."""
    rows = scope.rows().order_by("-started_at", "-pk").values_list(*COLUMNS)[: MOST + 1]
    cases = [Case(*row) for row in rows]
    if len(cases) > MOST:
        raise ValidationError(
            {"from": f"More than {MOST:,} incidents. Choose a shorter time, a team or a service."}
        )
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
    found = Milestone.objects.filter(incident__in=rows.values("pk"), at__isnull=False).order_by()
    for pk, kind, at, source in found.values_list("incident_id", "kind", "at", "source").iterator(2000):
        if at and pk in cases:  # else declared since
            cases[pk].times[kind] = at
            cases[pk].sources[kind] = source


def _add_windows(cases: dict[int, Case], rows: QuerySet[Incident]) -> None:
    found = ImpactWindow.objects.filter(incident__in=rows.values("pk")).order_by()
    for window in found.only("incident", "service", "start", "end", "level", "pct_affected").iterator(2000):
        if window.hurts and window.incident_id in cases:
            cases[window.incident_id].windows.append(window)
