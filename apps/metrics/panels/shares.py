"""Parts of a whole, each with its Wilson interval and its n."""

from __future__ import annotations

from datetime import timedelta

from apps.incidents.models import MilestoneKind
from apps.metrics.cases import Case
from apps.metrics.figures import Exclusion, Figure, Panel
from apps.metrics.panels.basis import Basis

K = MilestoneKind
WITHIN = (timedelta(minutes=30), timedelta(minutes=60))


def shares_panel(basis: Basis) -> Panel:
    return Panel(
        "shares",
        "Shares",
        [_by_monitoring(basis), *(_mitigated_within(basis, limit) for limit in WITHIN)],
        question="How many are found by machines, and how many end soon?",
        notes=[
            "The filled dot is this period, the hollow one the period before, each on the bar of its interval."
        ],
    )


def _by_monitoring(basis: Basis) -> Figure:
    missing = sum(K.DETECTED not in case.times for case in basis.cases.now)
    return basis.share(
        "detected_by_monitoring",
        "Detected by monitoring",
        _found_by_machine(basis.cases.now),
        _found_by_machine(basis.cases.before),
        formula="Incidents whose time of detection was recorded by an integration ÷ incidents with a known time of "
        "detection. An alert whose time a person typed in counts as found by a person",
        query=basis.scope.counted_query(timed=K.DETECTED.value),
        excluded=[
            Exclusion("missing: detected", missing, basis.scope.counted_query(missing=K.DETECTED.value)),
            *basis.not_counted(),
        ],
    )


def _found_by_machine(cases: list[Case]) -> tuple[int, int]:
    known = [case for case in cases if K.DETECTED in case.times]
    return sum(case.is_found_by_machine for case in known), len(known)


def _mitigated_within(basis: Basis, limit: timedelta) -> Figure:
    minutes = limit // timedelta(minutes=1)
    now, before = (
        [_is_within(basis, case, limit) for case in cases] for cases in (basis.cases.now, basis.cases.before)
    )
    return basis.share(
        f"mitigated_within_{minutes}",
        f"Mitigated within {minutes} min",
        (now.count(True), len(now) - now.count(None)),
        (before.count(True), len(before) - before.count(None)),
        formula=f"Incidents mitigated at most {minutes} min after impact started ÷ incidents of which that can be "
        "said. One that has been open for longer counts as not",
        query=basis.scope.counted_query(timed=K.IMPACT_STARTED.value),
        excluded=[*_unsaid(basis, limit, minutes), *basis.not_counted()],
    )


def _unsaid(basis: Basis, limit: timedelta, minutes: int) -> list[Exclusion]:
    """Those of which nobody can say whether they ended within the limit."""
    started = [case for case in basis.cases.now if K.IMPACT_STARTED in case.times]
    endless = [case for case in started if K.MITIGATED not in case.times]
    early = [case for case in endless if case.is_open and _is_within(basis, case, limit) is None]
    scope = basis.scope
    return [
        Exclusion(
            "missing: impact started",
            len(basis.cases.now) - len(started),
            scope.counted_query(missing=K.IMPACT_STARTED.value),
        ),
        Exclusion(
            "missing: mitigated",
            sum(not case.is_open for case in endless),
            scope.counted_query(missing=K.MITIGATED.value, status=["resolved", "closed"]),
        ),
        Exclusion(f"open for less than {minutes} min", len(early), scope.counted_open_query()),
    ]


def _is_within(basis: Basis, case: Case, limit: timedelta) -> bool | None:
    """None: nobody can say."""
    begin, end = case.times.get(K.IMPACT_STARTED), case.times.get(K.MITIGATED)
    if begin is None or (end is None and not case.is_open):
        return None
    if end is None:
        return False if basis.now - begin > limit else None
    return end - begin <= limit
