"""Waiting for others, and knowing whom others wait for."""

from datetime import datetime

from django.db import connection

from apps.core.engines.vendor import is_postgres


def take_turns(what: str) -> None:
    """Whoever asks for the same waits until our transaction ends. SQLite has one writer at a time, so that there the
    transaction itself is the turn."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


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
