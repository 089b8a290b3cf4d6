"""How long people were affected, how badly, and through which services. Sums of exactly these incidents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.safestring import SafeString

from apps.core.charts import Row, hbars
from apps.core.csvfile import Column
from apps.core.templatetags.times import duration, half_up
from apps.incidents.models import ImpactLevel, MilestoneKind
from apps.metrics.cases import Case, Hurt, hurt_time, service_links
from apps.metrics.figures import Exclusion, Figure, Panel, Unit
from apps.metrics.panels.basis import Basis

L = ImpactLevel
SHOWN = 8
WORST_FIRST = (L.DOWN, L.PARTIAL, L.DEGRADED)
EDGES = (MilestoneKind.IMPACT_STARTED, MilestoneKind.MITIGATED)


@dataclass(frozen=True, slots=True)
class ServiceImpact:
    slug: str
    name: str
    seconds: float
    incidents: int


def impact_panel(basis: Basis) -> Panel:
    cases = [case for case in basis.cases.now if case.windows]
    services = _by_service(basis, cases)
    total = sum((hurt_time(case.windows, basis.now) for case in cases), timedelta())
    return Panel(
        "impact",
        "Impact",
        [
            _total(basis, cases, total),
            _any(basis, cases),
            *_levels(basis, cases, total),
            _estimated(basis, cases),
        ],
        question="How long were people affected, and by what?",
        drawing=lambda: _ranking(services),
        rows=services,
        columns=COLUMNS,
        missing=[
            "error-budget minutes (there are no objectives for services here yet)",
            "customer-minutes (the record says which share of users was affected, not how many there are)",
        ],
        notes=[
            "A sum has no interval: one long incident can be most of it. Look at the dots above before you compare."
        ],
    )


def _total(basis: Basis, cases: list[Case], total: timedelta) -> Figure:
    running = sum(any(window.end is None for window in case.windows) for case in cases)
    return _sum(
        basis,
        "impact_total",
        "Impact time, all incidents",
        total.total_seconds(),
        len(cases),
        "Sum over the incidents of the union of their impact windows. A window that is still open counts until now",
        note=f"{running} still running, until now" if running else "",
    )


def _any(basis: Basis, cases: list[Case]) -> Figure:
    windows = [window for case in cases for window in case.windows]
    return _sum(
        basis,
        "impact_any",
        "Time in which anything hurt",
        hurt_time(windows, basis.now).total_seconds(),
        len(cases),
        "Union of the impact windows of all incidents: an hour in which two of them ran is one hour",
    )


def _levels(basis: Basis, cases: list[Case], total: timedelta) -> list[Figure]:
    """Every second at the worst level that held in it."""
    figures, so_far, levels = [], timedelta(), []
    for level in WORST_FIRST:
        levels.append(level)
        reached = sum((hurt_time(_at(case.windows, levels), basis.now) for case in cases), timedelta())
        figures.append(
            _sum(
                basis,
                f"impact_{level}",
                f"Of it: {level.label.lower()}",
                (reached - so_far).total_seconds(),
                sum(bool(_at(case.windows, [level])) for case in cases),
                "Time in which this was the worst level of the incident",
                note=f"{half_up(100 * ((reached - so_far) / total), 0)}% of the impact time" if total else "",
            )
        )
        so_far = reached
    return figures


def _at(windows: Sequence[Hurt], levels: Sequence[str]) -> list[Hurt]:
    return [window for window in windows if window.level in levels]


def _estimated(basis: Basis, cases: list[Case]) -> Figure:
    guessed = sum(any(case.is_estimate(kind) for kind in EDGES) for case in cases)
    return Figure(
        "impact_estimated",
        "Incidents with an estimated edge",
        Unit.FRACTION,
        guessed / len(cases) if cases else None,
        len(cases),
        "Incidents whose start or mitigation is an estimate, or whose start nobody gave ÷ incidents with an impact "
        "window. The rest is measured or was noted by a person at the time",
        part=guessed,
        query=basis.scope.counted_query(),
        excluded=_excluded(basis),
    )


def _sum(
    basis: Basis, name: str, label: str, seconds: float, n: int, formula: str, *, note: str = ""
) -> Figure:
    return Figure(
        name,
        label,
        Unit.SECONDS,
        seconds,
        n,
        formula,
        query=basis.scope.counted_query(),
        excluded=_excluded(basis),
        note=note,
    )


def _excluded(basis: Basis) -> list[Exclusion]:
    without = sum(not case.windows for case in basis.cases.now)
    return [Exclusion("no impact window", without), *basis.not_counted()]


def _by_service(basis: Basis, cases: list[Case]) -> list[ServiceImpact]:
    """A window of no service in particular counts for each service of its incident."""
    links, names = service_links(basis.scope, cases)
    seconds: defaultdict[int, float] = defaultdict(float)
    counts: defaultdict[int, int] = defaultdict(int)
    for case in cases:
        for service in links[case.pk] | {window.service for window in case.windows if window.service}:
            windows = [window for window in case.windows if window.service in (None, service)]
            if windows:
                seconds[service] += hurt_time(windows, basis.now).total_seconds()
                counts[service] += 1
    found = [ServiceImpact(*names[pk], seconds[pk], counts[pk]) for pk in seconds]
    return sorted(found, key=lambda one: (-one.seconds, one.slug))


def _ranking(services: list[ServiceImpact]) -> SafeString:
    if not services:
        return SafeString("")
    rows = [Row(one.name, one.seconds, duration(one.seconds), str(one.incidents)) for one in services[:SHOWN]]
    rest = services[SHOWN:]
    if rest:
        whole = sum(one.seconds for one in rest)
        rows.append(Row(f"{len(rest)} more", whole, duration(whole), is_other=True))
    return hbars(
        rows, caption="Impact time by service, longest first", heads=("Service", "Impact time", "Incidents")
    )


COLUMNS: list[Column] = [
    ("service", lambda row: row.slug),
    ("impact_seconds", lambda row: int(row.seconds)),
    ("incidents", lambda row: row.incidents),
]
