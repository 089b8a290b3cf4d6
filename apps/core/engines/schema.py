"""What migrations say to each engine in its own words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import router
from django.db.migrations.operations.base import Operation


class ForEach(Operation):
    """Statements for one database or the other, and those that take them back. It asks for no models, unlike
    RunPython, for which Django renders all of them."""

    def __init__(
        self,
        *,
        postgresql: Iterable[str] = (),
        sqlite: Iterable[str] = (),
        back: dict[str, list[str]] | None = None,
    ) -> None:
        self.forth = {"postgresql": list(postgresql), "sqlite": list(sqlite)}
        self.back = back or {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Columns and triggers of the database's own are no part of the models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._run(self.forth, app_label, schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._run(self.back, app_label, schema_editor)

    def describe(self) -> str:
        return f"{type(self).__name__}: statements of the database's own"

    @staticmethod
    def _run(statements: dict[str, list[str]], app_label: str, editor: Any) -> None:
        if router.allow_migrate(editor.connection.alias, app_label):
            for sql in statements.get(editor.connection.vendor, ()):
                editor.execute(sql, params=None)


class AddWordIndex(ForEach):
    """The full-text index behind `HasWord`. It needs no extension; SQLite has none and scans."""

    def __init__(self, table: str, column: str, name: str) -> None:
        words = f"to_tsvector('simple'::regconfig, {column})"
        super().__init__(
            postgresql=[
                "SET LOCAL statement_timeout = 0",
                f"CREATE INDEX {name} ON {table} USING gin ({words}) WITH (fastupdate = off)",
                f"ANALYZE {table}",
            ],
            back={"postgresql": [f"DROP INDEX {name}"]},
        )


class AddNoOverlap(ForEach):
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
        super().__init__(
            postgresql=[f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}"],
            back={"postgresql": [f"ALTER TABLE {table} DROP CONSTRAINT {name}"]},
        )
