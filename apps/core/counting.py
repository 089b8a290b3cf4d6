"""Counting no further than anybody reads: numbers beside tabs and columns stay cheap whatever lies behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery

from apps.core.prepared import NOTHING_FIRST, First, Given, with_values

MOST = 999


class Counted(Subquery):
    """How many rows a query finds, up to its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts_of(rows: Sequence[QuerySet[Any]], *, most: int = MOST) -> QuerySet[Any, Any]:
    """One row with how many each of the queries finds; one more than `most` stands for all beyond. All ask the same
    model; while that has no row at all there is none here."""
    counted: Any = {
        f"n{place}": Counted(found.order_by().values("pk")[: most + 1]) for place, found in enumerate(rows)
    }
    everything: Any = rows[0].model._base_manager.order_by("pk").annotate(**counted)
    one_row: QuerySet[Any, Any] = everything.values_list(*counted)[:1]
    return one_row


def count_each(rows: dict[str, QuerySet[Any]], *, most: int = MOST) -> dict[str, int]:
    """The same by name. One statement, whatever the number of queries."""
    if not rows:
        return {}
    first = next(iter(counts_of(list(rows.values()), most=most)), [0] * len(rows))
    return dict(zip(rows, first, strict=True))


def count_by(
    rows: QuerySet[Any], field: str, values: Sequence[str], *, first: First = NOTHING_FIRST, most: int = MOST
) -> dict[str, int]:
    """How many rows have each of the values, up to as many. One statement, written once and repeated."""
    sql, params = _of_one(rows.order_by(), field, most + 1)
    if not sql:
        return dict.fromkeys(values, 0)
    counts = ", ".join([f"(SELECT COUNT(*) FROM ({sql}) AS counted)"] * len(values))  # noqa: S608  (Django's own)
    return dict(zip(values, _asked(f"SELECT {counts}", params, values, first)[0], strict=True))


def heads_of(
    rows: QuerySet[Any], field: str, values: Sequence[str], size: int, *, first: First = NOTHING_FIRST
) -> list[int]:
    """The keys of the first rows with each of the values, by the order of the rows. One statement as well."""
    sql, params = _of_one(rows, field, size)
    if not sql or not values:
        return []
    parts = " UNION ALL ".join([f"SELECT * FROM ({sql}) AS part"] * len(values))  # noqa: S608  (Django's own)
    return [pk for (pk,) in _asked(parts, params, values, first)]


def _of_one(rows: QuerySet[Any], field: str, limit: int) -> tuple[str, Sequence[Any]]:
    try:
        query = rows.filter(**{field: Given()}).values("pk")[:limit].query
        sql, params = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return "", ()
    return sql, params


def _asked(sql: str, params: Sequence[Any], values: Sequence[str], first: First) -> list[tuple[Any, ...]]:
    repeated = [param for value in values for param in with_values(params, {"value": value})]
    with connection.cursor() as cursor:
        cursor.execute(first[0] + sql, [*first[1], *repeated])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def up_to(count: int, most: int = MOST) -> str:
    """Such as 12, or 999+ when there are more."""
    return f"{most}+" if count > most else str(count)
