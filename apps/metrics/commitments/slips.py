"""How often and how far promised dates move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.action_items.filters.figures import MOST_SLIPS, SLIPS
from apps.action_items.models import Outcome
from apps.core.charts import Chart
from apps.core.csvfile import Column
from apps.metrics.commitments.ages import Part
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.pictures import parts_chart
from apps.metrics.commitments.reading import SLIPPED, in_era
from apps.metrics.figures import Figure, Panel

OVER = [Outcome.KEPT, Outcome.MISSED, Outcome.GIVEN_UP]
TIMES = ("0×", "1×", "2×", "3×", "4× +")
DAYS = ("Not later", "1 to 7 days", "8 to 30 days", "31 to 90 days", "Over 90 days")
DAY_LABELS = ("0", "1–7 d", "8–30", "31–90", "> 90")


@dataclass(frozen=True, slots=True)
class Spread:
    """One column, and which of the two distributions it belongs to."""

    what: str
    part: Part


def slips_panel(basis: Basis) -> Panel:
    times, days = _times(basis), _days(basis)
    rows = [Spread("times", part) for part in times] + [Spread("days", part) for part in days]
    hidden = basis.hides_spread(_by(basis, "now", 0).total())
    return Panel(
        "slips",
        "Moved dates",
        [_moved(basis)],
        question="How often, and how far, do promised dates move?",
        charts={} if hidden else _charts(times, days),
        rows=[] if hidden else rows,
        columns=COLUMNS,
        notes=[hidden] if hidden else [],
    )


def _charts(times: list[Part], days: list[Part]) -> dict[str, Callable[[], Chart]]:
    return {
        "times": lambda: parts_chart(times, title="How often the date moved", head="Moved"),
        "days": lambda: parts_chart(days, title="Days from the first date to the last", head="Moved by"),
    }


def _by(basis: Basis, era: str, place: int) -> Counter[int]:
    """By how often (0) or by how far (1)."""
    found: Counter[int] = Counter()
    for one in in_era(basis.found.due, era):
        if one.outcome != Outcome.AHEAD:
            found[(one.times, one.days)[place]] += one.count
    return found


def _where(basis: Basis) -> dict[str, Any]:
    """The promises whose first date fell into the period and is over."""
    return {"first_outcome": OVER, **basis.scope.days("first_due")}


def _moved(basis: Basis) -> Figure:
    now, before = _by(basis, "now", 0), _by(basis, "before", 0)
    scope, where = basis.scope, _where(basis)
    often = [value for value, _ in SLIPS[1:]]
    return basis.share(
        "moved",
        "Moved at least once",
        (now.total() - now[0], now.total()),
        (before.total() - before[0], before.total()),
        formula="Promises whose date was moved to a later day, however often ÷ promises whose first date fell into "
        "the period and is over, whatever became of them",
        query=scope.query(**where),
        part_query=scope.query(slips=often, **where),
        excluded=[],
    )


def _times(basis: Basis) -> list[Part]:
    counts, where = _by(basis, "now", 0), _where(basis)
    return [
        Part(TIMES[place], name, counts[place], basis.scope.query(slips=value, **where))
        for place, (value, name) in enumerate(SLIPS[: MOST_SLIPS + 1])
    ]


def _days(basis: Basis) -> list[Part]:
    counts, where, found = _by(basis, "now", 1), _where(basis), []
    for place, name in enumerate(DAYS):
        limits: dict[str, int] = {}
        if place:
            limits["slipped_from"] = SLIPPED[place - 1] + 1
        if place < len(SLIPPED):
            limits["slipped_to"] = SLIPPED[place]
        found.append(Part(DAY_LABELS[place], name, counts[place], basis.scope.query(**where, **limits)))
    return found


COLUMNS: list[Column] = [
    ("distribution", lambda row: row.what),
    ("moved", lambda row: row.part.name),
    ("action_items", lambda row: row.part.count),
]
