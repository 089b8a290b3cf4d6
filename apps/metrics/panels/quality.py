"""How far the record can be trusted: first, because every other panel stands on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.csvfile import Column
from apps.incidents.models import IncidentStatus, MilestoneKind
from apps.metrics.cases import Case
from apps.metrics.figures import Figure, Panel, Unit
from apps.metrics.panels.basis import Basis

K = MilestoneKind
S = IncidentStatus
NEEDED: tuple[tuple[MilestoneKind, tuple[str, ...]], ...] = (
    (K.IMPACT_STARTED, ()),
    (K.DETECTED, ()),
    (K.ACKNOWLEDGED, ()),
    (K.MITIGATED, (S.MITIGATED, S.RESOLVED, S.CLOSED)),
    (K.RESOLVED, (S.RESOLVED, S.CLOSED)),
)
IN_ORDER = (
    (K.IMPACT_STARTED, K.DETECTED),
    (K.DETECTED, K.ACKNOWLEDGED),
    (K.DETECTED, K.MITIGATED),
    (K.MITIGATED, K.RESOLVED),
)


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One milestone: of how many it is asked, and for how many its time is known, missing, estimated."""

    kind: MilestoneKind
    asked: int
    known: int
    estimated: int
    missing_query: str
    estimated_query: str

    @property
    def missing(self) -> int:
        return self.asked - self.known


def is_asked(case: Case, since: tuple[str, ...]) -> bool:
    """Nobody expects the end of what is still running."""
    return not since or case.status in since


def is_complete(case: Case) -> bool:
    return all(kind in case.times for kind, since in NEEDED if is_asked(case, since))


def quality_panel(basis: Basis) -> Panel:
    cases = basis.cases.now
    rows = [_row(basis, kind, since) for kind, since in NEEDED]
    times = sum(row.known for row in rows)
    figures = [
        _whole(
            basis,
            "complete",
            "Incidents with every required time",
            sum(is_complete(case) for case in cases),
            len(cases),
            "Impact started, detected, acknowledged; mitigated once it is mitigated; resolved once it is resolved. "
            "A time that is said to be unknown counts as missing",
        ),
        _whole(
            basis,
            "estimated",
            "Times that are estimates",
            sum(row.estimated for row in rows),
            times,
            "Times marked as an estimate, and starts that nobody gave, ÷ all required times that are known",
        ),
        _whole(
            basis,
            "disorder",
            "Incidents whose times run backwards",
            sum(_runs_backwards(case) for case in cases),
            len(cases),
            "Impact started ≤ detected ≤ mitigated ≤ resolved, and detected ≤ acknowledged. Such times are refused "
            "when they are entered, so this is 0 unless rows came from elsewhere",
        ),
    ]
    return Panel(
        "quality",
        "Data quality",
        figures,
        question="How far can the record be trusted?",
        rows=rows,
        columns=COLUMNS,
    )


def _row(basis: Basis, kind: MilestoneKind, since: tuple[str, ...]) -> KnownRow:
    asked = [case for case in basis.cases.now if is_asked(case, since)]
    statuses = {"status": [str(one) for one in since]} if since else {}
    query: Callable[..., str] = basis.scope.query if since else basis.scope.counted_query
    given = {"kind": "real", **statuses} if since else {}
    return KnownRow(
        kind,
        len(asked),
        sum(kind in case.times for case in asked),
        sum(case.is_estimate(kind) for case in asked),
        query(**given, missing=kind.value),
        query(**given, estimated=kind.value),
    )


def _runs_backwards(case: Case) -> bool:
    pairs = ((case.times.get(first), case.times.get(second)) for first, second in IN_ORDER)
    return any(earlier and later and earlier > later for earlier, later in pairs)


def _whole(basis: Basis, name: str, label: str, part: int, whole: int, formula: str) -> Figure:
    """Counted, not estimated: it describes exactly these rows, so it has no interval."""
    return Figure(
        name,
        label,
        Unit.FRACTION,
        part / whole if whole else None,
        whole,
        formula,
        part=part,
        query=basis.scope.counted_query(),
        excluded=basis.not_counted(),
    )


COLUMNS: list[Column] = [
    ("milestone", lambda row: row.kind.value),
    ("required_for", lambda row: row.asked),
    ("known", lambda row: row.known),
    ("missing", lambda row: row.missing),
    ("estimated", lambda row: row.estimated),
]
