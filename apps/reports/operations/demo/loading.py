"""Rows by the hundred thousand, with their keys given out in advance.

`bulk_create` would stamp every row with the present moment and reach a fifth of the speed, so rows go to the
database as plain values: COPY on PostgreSQL, one prepared statement on SQLite. No rule runs here: whoever adds
a row keeps the rules, and the tests check that they are kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from apps.core.engines import is_postgres

BATCH = 4000
Converter = Callable[[Any], Any]


class Table:
    """The rows of one model that are not written yet."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
        self.columns = [field.column or field.name for field in fields]
        self.blank = {field.attname: _default(field) for field in fields}
        self.key = model._meta.pk.attname
        found = ((place, _converter(field)) for place, field in enumerate(fields))
        self.converters = [(place, convert) for place, convert in found if convert]
        self.newest: int = model._default_manager.aggregate(newest=models.Max("pk"))["newest"] or 0
        self.rows: list[tuple[Any, ...]] = []

    def add(self, values: dict[str, Any]) -> int:
        """The row's primary key: the next one, or that of the row it belongs to."""
        self.newest = values.get(self.key) or self.newest + 1
        row = {**self.blank, **values, self.key: self.newest}
        if len(row) != len(self.columns):
            raise TypeError(f"{self.model.__name__} has no {sorted(row.keys() - self.blank.keys())}")
        self.rows.append(tuple(row.values()))
        if len(self.rows) >= BATCH:
            self.flush()
        return self.newest

    def flush(self) -> None:
        rows, self.rows = self.rows, []
        if rows:
            (_copy if is_postgres() else _insert)(self.name, self.columns, map(self._stored, rows))

    @property
    def name(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    def _stored(self, row: tuple[Any, ...]) -> Sequence[Any]:
        values = list(row)
        for place, convert in self.converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values


class Loader:
    """One table for each model; foreign keys are checked when the transaction ends, so order does not matter."""

    def __init__(self) -> None:
        self._tables: dict[type[models.Model], Table] = {}

    def add(self, model: type[models.Model], /, **values: Any) -> int:
        """Note a row down and return its primary key. Foreign keys are given as `<name>_id`."""
        table = self._tables.get(model)
        if table is None:
            table = self._tables[model] = Table(model)
        return table.add(values)

    def flush(self) -> None:
        for table in self._tables.values():
            table.flush()

    def finish(self) -> None:
        """Write the rest, tell the database which keys are taken, and let the planner look at what came in."""
        self.flush()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._tables)):
                cursor.execute(statement)
            if is_postgres():
                for table in self._tables.values():
                    cursor.execute(f"ANALYZE {table.name}")

    def link(self, relation: Any, /, **pair: int) -> None:
        """A row of a many-to-many relation, such as `Incident.tags`."""
        self.add(relation.through, **pair)


def _default(field: models.Field[Any, Any]) -> Any:
    """Nothing for what differs from row to row: a forgotten value is then refused by the database."""
    return None if isinstance(field, models.UUIDField) else field.get_default()


def _converter(field: models.Field[Any, Any]) -> Converter | None:
    kind = field.get_internal_type()
    if kind == "JSONField":
        return json.dumps
    return None if is_postgres() else SQLITE.get(kind, _by_field(field, kind))


def _by_field(field: models.Field[Any, Any], kind: str) -> Converter | None:
    if kind not in {"DecimalField", "TimeField"}:
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _moment(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None))


SQLITE: dict[str, Converter] = {
    "DateTimeField": _moment,
    "DateField": str,
    "UUIDField": lambda value: value.hex,
}


def _copy(table: str, columns: list[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert(table: str, columns: list[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(rows))  # noqa: S608
