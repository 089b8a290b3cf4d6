"""What differs between SQLite and PostgreSQL, in one place; the suite runs on both."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.migrations import RunPython
from django.db.models import BooleanField, DateField, Expression, F, Field, Func, Model, QuerySet

COUNTED_FOR = 300  # seconds
_KNOWN: dict[str, tuple[float, dict[str, float]]] = {}


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


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


def take_turns(what: str) -> None:
    """Whoever asks for the same waits until our transaction ends. SQLite has one writer at a time, so that there the
    transaction itself is the turn."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


def rows_together(queries: Sequence[QuerySet[Any, Any]]) -> Iterable[Any]:
    """The rows of all of them: in one statement, or one after the other on SQLite, where a part of a compound
    statement has no limit of its own and a statement costs no way to a server."""
    if is_postgres() and queries:
        return queries[0].union(*queries[1:], all=True)
    return chain.from_iterable(queries)


class Among(Func):
    """True where a column of numbers is one of many. `IN` passes each of them on its own, from Django to the database:
    with some hundreds that costs more than the rows that are found."""

    output_field = BooleanField()

    def __init__(self, column: str, numbers: Iterable[int] | Expression) -> None:
        self.numbers = numbers if isinstance(numbers, Expression) else list(numbers)
        super().__init__(F(column))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"({column} = ANY(%s::bigint[]))", [*params, self.numbers]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        within = "(SELECT value FROM json_each(%s))"
        given = self.numbers if isinstance(self.numbers, Expression) else json.dumps(self.numbers)
        return f"({column} IN {within})", (*params, given)


class LocalDate(Func):
    """The day of a moment in the time zone that a second expression names: `LocalDate("at", "owner__time_zone")`."""

    output_field = DateField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        (moment, given), (zone, more) = (compiler.compile(one) for one in self.source_expressions)
        return f"({moment} AT TIME ZONE {zone})::date", [*given, *more]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        (moment, given), (zone, more) = (compiler.compile(one) for one in self.source_expressions)
        return f"django_datetime_cast_date({moment}, {zone}, 'UTC')", (*given, *more)


def change_if(
    table: str, pk: int, changes: Mapping[str, Any], held: Mapping[str, Any], *, waits: bool = True
) -> bool:
    """Change one row if it still holds these values (a list: one of them); whether it did. One short statement in a
    transaction of its own: where it is all that is done, Django's way to write it takes longer than the database.

    With `waits` False others see it at once, and it reaches the disk with the next commit that waits, or within half a
    second. SQLite in WAL waits for no disk anyway.
    """
    columns, conditions = tuple(changes), tuple((name, len(_listed(value))) for name, value in held.items())
    values = [*changes.values(), pk, *(value for values in held.values() for value in _listed(values))]
    with connection.cursor() as cursor:
        cursor.execute(
            _conditional_update(table, columns, conditions, waits=waits or not is_postgres()),
            [_adapted(value) for value in values],
        )
        return bool(cursor.rowcount)


@cache
def _conditional_update(
    table: str, columns: tuple[str, ...], conditions: tuple[tuple[str, int], ...], *, waits: bool
) -> str:
    changes = ", ".join(f"{name} = %s" for name in columns)
    held = [f"{name} IN ({', '.join(['%s'] * count)})" for name, count in conditions]
    if not waits:
        held.append("set_config('synchronous_commit', 'off', true) = 'off'")
    return f"UPDATE {table} SET {changes} WHERE {' AND '.join(['id = %s', *held])}"  # noqa: S608  (fixed names)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
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


class HasWord(Func):
    """True where one of the words begins a word of the text. PostgreSQL reads the full-text index that
    `AddWordIndex` made; SQLite looks for the letters anywhere, row by row, so whoever asks compares again."""

    output_field = BooleanField()

    def __init__(self, column: str, words: Sequence[str], *, together: bool = False) -> None:
        self.words = [word for word in words if word.isalnum()]
        self.together = together
        super().__init__(F(column))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        query = (" & " if self.together else " | ").join(f"{word}:*" for word in self.words)
        return f"(to_tsvector('simple'::regconfig, {column}) @@ to_tsquery('simple', %s))", [*params, query]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        asked = self.words if self.together else ["|".join(self.words)]
        sql = " AND ".join(f"{column} REGEXP %s" for _ in asked)
        return f"({sql})", tuple(value for words in asked for value in (*params, f"(?i)({words})"))


class AddWordIndex(RunPython):
    """The full-text index behind `HasWord`. It needs no extension; SQLite has none and scans."""

    def __init__(self, table: str, column: str, name: str) -> None:
        def add(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute("SET LOCAL statement_timeout = 0")
                words = f"to_tsvector('simple'::regconfig, {column})"
                editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({words}) WITH (fastupdate = off)")
                editor.execute(f"ANALYZE {table}")

        def remove(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"DROP INDEX {name}")

        super().__init__(add, remove)


class AddNoOverlap(RunPython):
    """No two rows of the same keys whose dated ranges share a day. PostgreSQL holds it whoever writes, by an exclusion
    constraint that needs no extension: each key is a range of one number. SQLite has no such constraint and one writer
    at a time, so that there the check inside the writing transaction is enough.

    Rows for which the condition `shares` holds may share days with each other, but with no other row.
    """

    def __init__(
        self,
        table: str,
        keys: Sequence[str],
        name: str,
        days: str = "daterange(valid_from, valid_to)",
        shares: str = "",
    ) -> None:
        same = [f"int8range({key}, {key}, '[]') WITH =" for key in keys]
        apart = f"(CASE WHEN {shares} THEN int8range(id, id, '[]') ELSE int8range(NULL, NULL) END) WITH &&"
        rule = f"EXCLUDE USING gist ({', '.join(same + [apart] * bool(shares))}, {days} WITH &&)"

        def add(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")

        def remove(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

        super().__init__(add, remove)


def common_words(index: str, words: Sequence[str]) -> dict[str, float]:
    """Share of the rows that hold a word beginning so, as the database counted last; what is not among its
    common words is left out. Each process reads it once in five minutes; {} on SQLite."""
    if not is_postgres() or not words:
        return {}
    at, known = _KNOWN.get(index, (0.0, {}))
    if not known or time.monotonic() - at > COUNTED_FOR:
        known = _counted(index)
        _KNOWN[index] = (time.monotonic(), known)
    sums = {word: sum(share for one, share in known.items() if one.startswith(word)) for word in words}
    return {word: share for word, share in sums.items() if share}


def _counted(index: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, share FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) "
            "AS common (word, share) WHERE schemaname = current_schema() AND tablename = %s AND word IS NOT NULL",
            [index],
        )
        return dict(cursor.fetchall())


def oldest_transaction_began() -> datetime | None:
    """When the oldest transaction that is still open in this database began, ours apart; None when there is none.

    SQLite has one writer at a time: what is committed there is committed in order.
    """
    if not is_postgres():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        began: datetime | None = cursor.fetchone()[0]
        return began
