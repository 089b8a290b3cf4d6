"""Conditions and values that Django has no expression for."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, DateField, Expression, F, Func


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
