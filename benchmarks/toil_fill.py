"""Millions of toil entries: those of the demo organisation many times over, by statements about sets.

python -m benchmarks.toil_fill ENTRIES, inside the portal's settings and on a database that holds the demo. The copies
of an entry are as many pieces of it, so that each share stays about what it was. Works on both engines.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import UUIDField  # noqa: E402

from apps.core.engines import is_postgres  # noqa: E402
from apps.toil.models import (  # noqa: E402
    DirtyWeek,
    TeamWeek,
    TeamWeekCategory,
    ToilEntry,
    ToilSlice,
    WeekSnapshot,
)

STORED = (TeamWeekCategory, TeamWeek, WeekSnapshot.changed_by.through, WeekSnapshot, DirtyWeek)


def fill(wanted: int) -> int:
    """How many entries there are then. Nothing is stored of their weeks yet."""
    there = ToilEntry.objects.count()
    times = -(-wanted // there) - 1
    if times < 1:
        return there
    with connection.cursor() as cursor, without_indexes(cursor, ToilEntry, ToilSlice):
        entry, piece = last_of(ToilEntry), last_of(ToilSlice)
        cut_up(cursor, ToilEntry, times, "seconds")
        cut_up(cursor, ToilSlice, times, "seconds", "attributed")
        copies(cursor, ToilEntry, times, {"id": f"t.id + n * {entry}", **nobody_elses(ToilEntry)})
        copies(
            cursor,
            ToilSlice,
            times,
            {"id": f"t.id + n * {piece}", "entry_id": f"t.entry_id + n * {entry}"},
        )
        for model in STORED:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_postgres() else "ANALYZE")
    return ToilEntry.objects.count()


def last_of(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


def cut_up(cursor: Any, model: Any, times: int, *columns: str) -> None:
    greatest = "greatest" if is_postgres() else "max"
    changes = ", ".join(f"{name} = {greatest}(1, {name} / {times + 1})" for name in columns)
    cursor.execute(f"UPDATE {model._meta.db_table} SET {changes}")


def columns_of(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if not field.generated]


def copies(cursor: Any, model: Any, times: int, new: dict[str, str]) -> None:
    table, columns = model._meta.db_table, columns_of(model)
    chosen = ", ".join(new.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) WITH RECURSIVE copy(n) AS "
        f"(SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times}) SELECT {chosen} FROM {table} t, copy"
    )
    if is_postgres():
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def nobody_elses(model: Any) -> dict[str, str]:
    """What only one row may have: a copy gets its own, or none where it may have none."""
    new = "gen_random_uuid()" if is_postgres() else "lower(hex(randomblob(16)))"
    held = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    alone = [each for each in fields if each.unique or each.name in held]
    return {each.column: "NULL" if each.null else new for each in alone if isinstance(each, UUIDField)}


@contextmanager
def without_indexes(cursor: Any, *models: Any) -> Iterator[None]:
    """PostgreSQL makes indexes of what is there, and trusts the copies' references, as when a backup is restored."""
    if not is_postgres():
        yield
        return
    cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    made = []
    for model in models:
        table = model._meta.db_table
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'u'",
            [table],
        )
        unique = cursor.fetchall()
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [table],
        )
        plain = cursor.fetchall()
        for name, definition in unique:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            made.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name, definition in plain:
            cursor.execute(f"DROP INDEX {name}")
            made.append(definition)
    yield
    for statement in made:
        cursor.execute(statement)


if __name__ == "__main__":
    print(fill(int(sys.argv[1])))
