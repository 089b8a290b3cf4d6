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


def take_time() -> None:
    """No limit of time for the statements of this transaction."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")


def add_function(name: str, function: Callable[..., Any]) -> None:
    """What SQL may call by this name on this connection (SQLite)."""
    connection.ensure_connection()
    connection.connection.create_function(name, -1, function, deterministic=True)
