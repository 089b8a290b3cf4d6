"""What migrations add on PostgreSQL alone."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations import RunPython


class AddWordIndex(RunPython):
    """The full-text index behind `HasWord`. It needs no extension; SQLite has none and scans."""

    def __init__(self, table: str, column: str, name: str) -> None:
        def add(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute("SET LOCAL statement_timeout = 0")
                words = f"to_tsvector('simple'::regconfig, {column})"
                editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({words}) WITH (fastupdate = off)")
                editor.execute(f"ANALYZE {table}")

        def remove(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"DROP INDEX {name}")

        super().__init__(add, remove)


class AddNoOverlap(RunPython):
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

        def add(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")

        def remove(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

        super().__init__(add, remove)
