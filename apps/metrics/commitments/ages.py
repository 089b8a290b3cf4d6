"""How long the open ones have been open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from apps.core.csvfile import Column
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.counting import AGES
from apps.metrics.commitments.pictures import parts_chart
from apps.metrics.figures import Figure, Panel, Unit

OLD = 90
NAMES = (
    "Up to 7 days",
    "8 to 30 days",
    "31 to 90 days",
    "91 to 180 days",
    "181 days to a year",
    "Over a year",
)
LABELS = ("≤ 7 d", "≤ 30", "≤ 90", "≤ 180", "≤ 1 y", "> 1 y")


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a distribution."""

    label: str
    name: str
    count: int
    query: str


def age_panel(basis: Basis) -> Panel:
    counts = basis.found.flow.ages
    parts = [_part(basis, place) for place in range(len(NAMES))]
    hidden = basis.hides_spread(counts.total())
    return Panel(
        "age",
        "Age of open ones",
        [_old(basis, counts.total(), sum(counts[place] for place in range(AGES.index(OLD) + 1, len(NAMES))))],
        question="How long have the open ones been open?",
        charts={} if hidden else {"ages": lambda: parts_chart(parts, title="Open for", head="Open for")},
        rows=[] if hidden else parts,
        columns=COLUMNS,
        notes=[hidden] if hidden else [],
    )


def _old(basis: Basis, whole: int, old: int) -> Figure:
    """Of exactly these rows, so without an interval."""
    scope = basis.scope
    where = {"open_from": scope.after_end}
    return Figure(
        "older_than_90",
        f"Open for more than {OLD} days",
        Unit.FRACTION,
        old / whole if whole else None,
        whole,
        f"Open promises that somebody committed to more than {OLD} days before the last day of the period, "
        "or before today ÷ open promises. Counted in whole days in UTC",
        query=scope.query(promised_to=scope.span.last, **where),
        part=old,
        part_query=scope.query(promised_to=scope.today - timedelta(days=OLD + 1), **where),
        excluded=basis.not_counted(),
    )


def _part(basis: Basis, place: int) -> Part:
    scope = basis.scope
    since = {"promised_from": scope.today - timedelta(days=AGES[place])} if place < len(AGES) else {}
    until = scope.today - timedelta(days=AGES[place - 1] + 1) if place else scope.span.last
    query = scope.query(**since, promised_to=until, open_from=scope.after_end)
    return Part(LABELS[place], NAMES[place], basis.found.flow.ages[place], query)


COLUMNS: list[Column] = [
    ("open_for", lambda part: part.name),
    ("action_items", lambda part: part.count),
]
