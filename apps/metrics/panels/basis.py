"""What every panel is made from, and the exclusions that all figures about incidents share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from apps.incidents.models import IncidentKind, IncidentStatus
from apps.metrics.cases import COUNTED, Cases, Scope
from apps.metrics.figures import Change, Exclusion, Figure, Unit
from apps.metrics.intervals.asking import Asking

S = IncidentStatus
NOT_ONE = {
    "declined or cancelled: no incident after all": (S.DECLINED, S.CANCELLED),
    "merged: counted as the incident it became part of": (S.MERGED,),
    "still in triage: not yet known to be one": (S.TRIAGE,),
}
KINDS = {
    IncidentKind.NEAR_MISS: "near miss: hurt nobody, shown apart",
    IncidentKind.DRILL: "drill",
    IncidentKind.TEST: "test",
    IncidentKind.BACKFILLED: "backfilled from older records",
}


@dataclass(frozen=True, slots=True)
class Basis:
    scope: Scope
    cases: Cases
    now: datetime
    asking: Asking

    def not_counted(self) -> list[Exclusion]:
        """Incidents of the period that no figure counts, with the reason. Those that the reader may not see are in
        no number at all, this one included: even how many there are would tell of them."""
        kinds = Counter(case.kind for case in self.cases.left_out)
        real = [case for case in self.cases.left_out if case.kind == IncidentKind.REAL]
        states = Counter(case.status for case in real)
        twins = sum(case.status in COUNTED for case in real)
        found = [
            Exclusion(reason, kinds[kind], self.scope.query(kind=str(kind))) for kind, reason in KINDS.items()
        ]
        for reason, statuses in NOT_ONE.items():
            query = self.scope.query(kind="real", status=[str(status) for status in statuses])
            found.append(Exclusion(reason, sum(states[status] for status in statuses), query))
        query = self.scope.counted_query(duplicate="true")
        found.append(Exclusion("duplicate of another: counted as the incident that it repeats", twins, query))
        return found

    def share(
        self,
        name: str,
        label: str,
        now: tuple[int, int],
        before: tuple[int, int],
        *,
        formula: str,
        **more: object,
    ) -> Figure:
        return share_of(self.asking, name, label, now, before, formula=formula, **more)


def share_of(
    asking: Asking,
    name: str,
    label: str,
    now: tuple[int, int],
    before: tuple[int, int],
    *,
    formula: str,
    **more: object,
) -> Figure:
    """A part of a whole with its Wilson interval, and the difference to the period before."""
    part, whole = now
    part_before, whole_before = before
    change = Change(
        "difference",
        asking.difference(part, whole, part_before, whole_before),
        before=part_before / whole_before if whole_before else None,
        n_before=whole_before,
        interval_before=asking.wilson(part_before, whole_before),
    )
    return Figure(
        name,
        label,
        Unit.FRACTION,
        part / whole if whole else None,
        whole,
        formula,
        interval=asking.wilson(part, whole),
        part=part,
        change=change,
        **more,  # type: ignore[arg-type]
    )
