"""Action items in columns, one for each state, each no longer than anybody reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.action_items.models import ActionItem, ActionItemQuerySet, Status
from apps.core.counting import MOST, count_by, heads_of, up_to
from apps.core.prepared import NOTHING_FIRST, First

COLUMN_SIZE = 15
USUAL = (
    *(Status.PROPOSED, Status.OPEN, Status.IN_PROGRESS, Status.BLOCKED),
    *(Status.DONE, Status.VERIFIED),
)
"""What is left out ends elsewhere and is a line below the board, unless the filter asks for it."""


@dataclass(frozen=True, slots=True)
class Column:
    """`more` is how many there are beyond the `rows`: 12, 984+, or nothing."""

    status: str
    rows: list[ActionItem]
    count: str
    more: str

    @property
    def label(self) -> str:
        return str(Status(self.status).label)


@dataclass(frozen=True, slots=True)
class Board:
    columns: list[Column]
    others: list[Column]
    found: int
    is_capped: bool


def board_of(
    found: QuerySet[ActionItem],
    shaped: ActionItemQuerySet,
    statuses: list[str],
    *,
    first: First = NOTHING_FIRST,
) -> Board:
    """The rows of `found` by state, in its order; read as `shaped`. Three statements, of which those about all rows
    begin with `first`."""
    counts = count_by(found, "status", Status.values, first=first)
    order: Any = found.query.order_by
    heads = heads_of(found, "status", statuses, COLUMN_SIZE, first=first)
    rows = shaped.filter(pk__in=heads).order_by(*order)
    held: dict[str, list[ActionItem]] = {status: [] for status in statuses}
    for row in rows:
        held[row.status].append(row)
    columns = [_column(status, held.get(status, []), count) for status, count in counts.items()]
    shown = [column for status in statuses for column in columns if column.status == status]
    others = [column for column in columns if column.status not in held and counts[column.status]]
    return Board(shown, others, sum(counts.values()), any(count > MOST for count in counts.values()))


def _column(status: str, rows: list[ActionItem], count: int) -> Column:
    beyond = count - len(rows)
    more = f"{MOST - len(rows)}+" if count > MOST else str(beyond or "")
    return Column(status, rows, up_to(count), more)
