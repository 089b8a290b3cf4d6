"""Statements that nearly every request asks, put together once.

Writing a queryset and turning it into SQL takes three to five times as long as sending it and reading a few rows. What
a statement says never changes but for one value; so it is compiled when it is first asked, for each engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

HERE = object()


class Given(Expression):
    """Stands in a filter for the value that is known only when the statement is asked."""

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [HERE]


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    compiler: SQLCompiler
    converters: dict[int, Any]


class Prepared:
    """`rows` says what is asked, as a `values_list` filtered by the one value it is given; its order and its limit
    are part of it. Nothing in it may depend on who asks, or when."""

    def __init__(self, rows: Callable[[Given], QuerySet[Any, Any]]) -> None:
        self._rows = rows
        self._statements: dict[str, Statement] = {}

    def rows(self, value: int | str) -> list[tuple[Any, ...]]:
        """The rows of this value, as `values_list` would give them."""
        statement = self._statements.get(connection.vendor) or self._compile()
        params = [value if param is HERE else param for param in statement.params]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not statement.converters:
            return found
        compiler = statement.compiler.query.get_compiler(connection=connection)  # of this thread's connection
        return list(map(tuple, compiler.apply_converters(found, statement.converters)))

    def _compile(self) -> Statement:
        compiler = self._rows(Given()).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        statement = Statement(sql, tuple(params), compiler, converters)
        self._statements[connection.vendor] = statement
        return statement
