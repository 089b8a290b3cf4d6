"""Statements that nearly every request asks, put together once.

Writing a queryset and turning it into SQL takes three to five times as long as sending it and reading a few rows. What
a statement says never changes but for one value; so it is compiled when it is first asked, for each engine.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """Stands in a filter for a value that is known only when the statement is asked."""

    def __init__(self, name: str = "value") -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


First = tuple[str, Sequence[Any]]
"""What a statement begins with, and its parameters."""
NOTHING_FIRST: First = ("", ())


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    compiler: SQLCompiler
    converters: dict[int, Any]


class Prepared:
    """`rows` says what is asked, as a `values_list` filtered by the values it is given; its order and its limit
    are part of it. Nothing else in it may depend on who asks, or when. `first` makes of the same values what the
    statement begins with."""

    def __init__(
        self, rows: Callable[..., QuerySet[Any, Any]], *, first: Callable[..., First] | None = None
    ) -> None:
        self._rows, self._first = rows, first
        self._given = [Given(name) for name in inspect.signature(rows).parameters]
        self._statements: dict[str, Statement] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of these values, as `values_list` would give them."""
        statement = self._statement()
        named = {given.name: value for given, value in zip(self._given, values, strict=True)}
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, with_values(statement.params, named))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not statement.converters:
            return found
        compiler = statement.compiler.query.get_compiler(connection=connection)  # of this thread's connection
        return list(map(tuple, compiler.apply_converters(found, statement.converters)))

    def _statement(self) -> Statement:
        return self._statements.get(connection.vendor) or self._compile()

    def _compile(self) -> Statement:
        compiler = self._queryset().query.get_compiler(connection=connection)
        before, its_params = self._first(*self._given) if self._first else NOTHING_FIRST
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        statement = Statement(before + sql, (*its_params, *params), compiler, converters)
        self._statements[connection.vendor] = statement
        return statement

    def _queryset(self) -> QuerySet[Any, Any]:
        return self._rows(*self._given)


class PreparedObjects(Prepared):
    """The same for rows of a model, asked without `values_list`, and of those that its foreign keys `joined` lead to:
    `select_related` in what it gives and costs."""

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *, joined: Sequence[str] = ()) -> None:
        super().__init__(rows)
        self._joined = joined
        self._parts: list[Part] = []

    def objects(self, *values: Any) -> list[Any]:
        rows = self.rows(*values)
        (_, model, names, columns), *joined = self._parts
        found = []
        for row in rows:
            made = model.from_db(DEFAULT_DB_ALIAS, names, row[columns])
            for part in joined:
                setattr(made, part.name, part.of(row))
            found.append(made)
        return found

    def _queryset(self) -> QuerySet[Any, Any]:
        rows = super()._queryset()
        self._parts = list(_parts(rows, self._joined))
        prefixes = [f"{part.name}__" if part.name else "" for part in self._parts]
        asked = [
            prefix + name for prefix, part in zip(prefixes, self._parts, strict=True) for name in part.names
        ]
        return rows.values_list(*asked)


class Part(NamedTuple):
    """Which columns of an answer make a row of the model, and the foreign key that leads to it."""

    name: str
    model: Any
    names: list[str]
    columns: slice

    def of(self, row: tuple[Any, ...]) -> Any:
        values = row[self.columns]
        is_there = values[self.names.index(self.model._meta.pk.attname)] is not None
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values) if is_there else None


def _parts(rows: QuerySet[Any, Any], joined: Sequence[str]) -> Iterator[Part]:
    start = 0
    for name in ("", *joined):
        found: Any = rows.model._meta.get_field(name).related_model if name else rows.model
        left_out: Any = () if name else rows.query.deferred_loading[0]
        names = [field.attname for field in found._meta.concrete_fields if field.name not in left_out]
        yield Part(name, found, names, slice(start, start + len(names)))
        start += len(names)


def with_values(params: Sequence[Any], named: dict[str, Any]) -> list[Any]:
    return [as_param(named[param.name]) if isinstance(param, Given) else param for param in params]


def as_param(value: Any) -> Any:
    """As the database takes it; what is only given later stays as it is."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return json.dumps(value) if isinstance(value, list) and connection.vendor == "sqlite" else value
