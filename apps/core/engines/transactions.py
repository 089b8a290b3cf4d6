"""Waiting for others, knowing whom others wait for, and how much of the machine a statement takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection, transaction

from apps.core.engines.vendor import is_postgres
from apps.core.errors import TooMuch

CANCELLED = "57014"
"""The state of a statement that ran out of time, in SQL."""


def take_turns(what: str) -> None:
    """Whoever asks for the same waits until our transaction ends. SQLite has one writer at a time, so that there the
    transaction itself is the turn."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


@contextmanager
def on_one_processor() -> Iterator[None]:
    """What is asked inside gets no parallel workers. For some ten thousand rows they cost more than they save, and with
    them PostgreSQL looks up what it would else read by a range and join."""
    if not is_postgres():
        yield
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        yield


@contextmanager
def or_too_much() -> Iterator[None]:
    """Raises TooMuch where PostgreSQL gives up a statement of what is asked inside, since it took too long. SQLite has
    no such limit."""
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELLED:
            raise TooMuch from error
        raise


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
