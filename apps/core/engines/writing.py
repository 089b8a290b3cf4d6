"""Writing what Django would write in more statements, or with more work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model
from django.utils.module_loading import import_string

from apps.core.engines.vendor import is_postgres

BESIDE = "psycopg.Cursor"  # sends values beside the statement, so that it can be prepared; Django's writes them into it


def take_next(table: str, prefix: str) -> int:
    """Raise the counter of `prefix` by one and return it; the row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (prefix, value) VALUES (%s, 1) "  # noqa: S608  (a fixed table name)
            f"ON CONFLICT (prefix) DO UPDATE SET value = {table}.value + 1 RETURNING value",
            [prefix],
        )
        return int(cursor.fetchone()[0])


def raise_by_one(table: str, column: str, pk: int) -> int:
    """Add one to a number of one row and return it, in one statement; the row stays locked as above."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {column} + 1 WHERE id = %s RETURNING {column}",  # noqa: S608  (fixed names)
            [pk],
        )
        return int(cursor.fetchone()[0])


def change_if(
    table: str, pk: int, changes: Mapping[str, Any], held: Mapping[str, Any], *, waits: bool = True
) -> bool:
    """Change one row if it still holds these values (a list: one of them); whether it did. One short statement in a
    transaction of its own: where it is all that is done, Django's way to write it takes longer than the database, and
    so does planning it: PostgreSQL plans it once for each connection.

    With `waits` False others see it at once, and it reaches the disk with the next commit that waits, or within half a
    second. SQLite in WAL waits for no disk anyway.
    """
    conditions = {name: value if isinstance(value, list) else [value] for name, value in held.items()}
    counts = tuple((name, len(values)) for name, values in conditions.items())
    values = [*changes.values(), pk, *chain.from_iterable(conditions.values())]
    if is_postgres():
        return _changes_one_row(_conditional_update(table, tuple(changes), counts, waits=waits), values)
    with connection.cursor() as cursor:
        cursor.execute(
            _conditional_update(table, tuple(changes), counts, waits=True),
            [_adapted(value) for value in values],
        )
        return bool(cursor.rowcount)


def _changes_one_row(sql: str, values: Sequence[Any]) -> bool:
    """Prepared, by PostgreSQL."""
    plain = [str(value) if isinstance(value, str) else value for value in values]
    connection.ensure_connection()
    with connection.wrap_database_errors, import_string(BESIDE)(connection.connection) as beside:
        beside.execute(sql, plain, prepare=True)
        return bool(beside.rowcount)


@cache
def _conditional_update(
    table: str, columns: tuple[str, ...], conditions: tuple[tuple[str, int], ...], *, waits: bool
) -> str:
    changes = ", ".join(f"{name} = %s" for name in columns)
    held = [f"{name} IN ({', '.join(['%s'] * count)})" for name, count in conditions]
    if not waits:
        held.append("set_config('synchronous_commit', 'off', true) = 'off'")
    return f"UPDATE {table} SET {changes} WHERE {' AND '.join(['id = %s', *held])}"  # noqa: S608  (fixed names)


def _adapted(value: Any) -> Any:
    """As SQLite takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value.hex
    return str(value) if isinstance(value, str) else value


def write_moments(
    table: str, columns: Sequence[str], rows: Sequence[tuple[int, *tuple[datetime | None, ...]]]
) -> None:
    """Each row's key and the new values of its columns, as one array for each column (PostgreSQL)."""
    arrays = ", ".join(["%s::bigint[]", *("%s::timestamptz[]" for _ in columns)])
    names, changes = ", ".join(columns), ", ".join(f"{name} = new.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS new (pk, {names}) WHERE {table}.id = new.pk",  # noqa: S608  (fixed names)
            [list(values) for values in zip(*rows, strict=True)],
        )


def copy_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert rows by binary COPY, their keys taken from the sequence beforehand (PostgreSQL). For models whose columns
    hold what the driver knows: numbers, texts, dates, moments, UUIDs."""
    meta, fields = model._meta, model._meta.concrete_fields
    sequence = f"pg_get_serial_sequence('{meta.db_table}', '{meta.pk.column}')"
    columns = ", ".join(f'"{field.column}"' for field in fields)
    types = [(field.db_type(connection) or "").partition("(")[0] for field in fields]
    own = [field for field in fields if type(field).pre_save is not Field.pre_save]
    values_of = attrgetter(*(field.attname for field in fields))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(rows)])  # noqa: S608  (fixed names)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
            for field in own:
                field.pre_save(row, add=True)  # sets what is set when a row is written
        with cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN (FORMAT BINARY)') as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(values_of(row))
