"""Counting no further than anybody reads: numbers beside tabs and columns stay cheap whatever lies behind them."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

MOST = 999


class Counted(Subquery):
    """How many rows a query finds, up to its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def count_each(rows: dict[str, QuerySet[Any]], *, most: int = MOST) -> dict[str, int]:
    """How many rows each of the queries finds; one more than `most` stands for all beyond. All ask the same model.
    One statement, whatever the number of queries."""
    if not rows:
        return {}
    model = next(iter(rows.values())).model
    counted: Any = {name: Counted(found.order_by().values("pk")[: most + 1]) for name, found in rows.items()}
    first = model._base_manager.order_by("pk").values_list(*counted.values())[:1]
    return dict(zip(rows, next(iter(first), [0] * len(rows)), strict=True))


def up_to(count: int, most: int = MOST) -> str:
    """Such as 12, or 999+ when there are more."""
    return f"{most}+" if count > most else str(count)
