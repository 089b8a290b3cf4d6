"""What differs between SQLite and PostgreSQL, in one place; the suite runs on both."""

from django.db import connection


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
