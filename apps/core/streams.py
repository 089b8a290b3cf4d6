"""Statements over very many rows, on either database."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from apps.core.engines import is_postgres

STREAMED = 5_000  # rows


def stream_rows(statement: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement as they come, some thousands in memory at a time. Until they have ended, this connection
    answers nothing else. (A cursor of the server would do the same without parallel workers.)"""
    with connection.cursor() as cursor:
        if is_postgres():
            with connection.wrap_database_errors:
                yield from cursor.cursor.stream(statement, params, size=STREAMED)
        else:
            cursor.execute(statement, params)
            while rows := cursor.fetchmany(STREAMED):
                yield from rows


def take_room(megabytes: int) -> None:
    """For statements that go over everything: no limit of time in this transaction, and room to sum up in memory what
    would be sorted on disk."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '{megabytes}MB'")


def add_function(name: str, function: Callable[..., Any]) -> None:
    """What SQL may call by this name on this connection (SQLite)."""
    connection.ensure_connection()
    connection.connection.create_function(name, -1, function, deterministic=True)
