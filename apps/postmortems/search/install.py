"""What the migrations make for searching, on either database.

PostgreSQL: a generated tsvector beside each text, and GIN indexes. SQLite: FTS5 tables that triggers keep.
A migration that rebuilds `incidents_timelineentry` on SQLite loses its triggers: it ends with `TimelineWords()`.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.db import DatabaseError, transaction

from apps.core.engines import ForEach
from apps.postmortems.search.engine import DOCUMENT_WORDS, ENTRIES, ENTRY_WORDS, VOCABULARY
from apps.postmortems.search.language import folded
from apps.postmortems.search.newest import BAND, DOCUMENTS

log = structlog.get_logger("ballast.search")
MARKS = "-./:@&~=?+<>%#"  # between words, as SQLite sees it; PostgreSQL would see addresses, tags and signs
ACCENTED = "".join(letter for letter in map(chr, range(0xC0, 0x180)) if folded(letter) != letter)
TOKENIZE = "porter unicode61 remove_diacritics 2"


def _vector(text: str, weight: str) -> str:
    plain = f"translate({text}, '{MARKS}', '{' ' * len(MARKS)}')"
    return f"setweight(to_tsvector('english'::regconfig, {plain}), '{weight}')"


def _without_accents(text: str) -> str:
    return f"translate({text}, '{ACCENTED}', '{folded(ACCENTED)}')"


HEAD_VECTOR = " || ".join([_vector("title", "A"), _vector("summary", "B")])
DOCUMENT_VECTOR = " || ".join([HEAD_VECTOR, _vector("body || ' ' || folded", "D")])


def _add_vector(table: str, vector: str, index: str) -> list[str]:
    """Stored without compression: a search unpacks some hundred of them."""
    return [
        "SET LOCAL statement_timeout = 0",
        f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({vector}) STORED",
        f"ALTER TABLE {table} ALTER COLUMN words SET STORAGE EXTERNAL",
        f"CREATE INDEX {index} ON {table} USING gin (words) WITH (fastupdate = off)",
    ]


def _add_fts5(words: str, table: str, key: str, columns: str) -> list[str]:
    """An index over the table's own rows, and the triggers that keep it."""
    new = ", ".join(f"new.{column}" for column in [key, *columns.split(", ")])
    old = ", ".join(f"old.{column}" for column in [key, *columns.split(", ")])
    add = f"INSERT INTO {words} (rowid, {columns}) VALUES ({new});"  # noqa: S608  (fixed names)
    drop = f"INSERT INTO {words} ({words}, rowid, {columns}) VALUES ('delete', {old});"  # noqa: S608
    changed = f"UPDATE OF {columns} ON {table}"
    return [
        *_drop_triggers(words),
        f"DROP TABLE IF EXISTS {words}",
        f"CREATE VIRTUAL TABLE {words} USING fts5({columns}, content='{table}', content_rowid='{key}', "
        f"tokenize='{TOKENIZE}')",
        f"INSERT INTO {words} ({words}) VALUES ('rebuild')",  # noqa: S608
        f"CREATE TRIGGER {words}_add AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {words}_drop AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER {words}_change AFTER {changed} BEGIN {drop} {add} END",
    ]


def _drop_triggers(words: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {words}_{event}" for event in ("add", "drop", "change")]


class DocumentWords(ForEach):
    def __init__(self) -> None:
        super().__init__(
            postgresql=_add_vector(DOCUMENTS, DOCUMENT_VECTOR, "postmortem_by_words"),
            sqlite=_add_fts5(DOCUMENT_WORDS, DOCUMENTS, "postmortem_id", "title, summary, body, folded"),
            back={
                "postgresql": [f"ALTER TABLE {DOCUMENTS} DROP COLUMN words"],
                "sqlite": [*_drop_triggers(DOCUMENT_WORDS), f"DROP TABLE {DOCUMENT_WORDS}"],
            },
        )


class DocumentBands(ForEach):
    """What PostgreSQL's statements for the newest and the best read beside the words (`newest.py`)."""

    def __init__(self) -> None:
        band = f"array_to_tsvector(ARRAY[(postmortem_id / {BAND})::text])"
        drop, make = "DROP INDEX IF EXISTS postmortem_by_words", "CREATE INDEX postmortem_by_words"
        super().__init__(
            postgresql=[
                "SET LOCAL statement_timeout = 0",
                drop,
                f"ALTER TABLE {DOCUMENTS} ADD COLUMN head tsvector GENERATED ALWAYS AS ({HEAD_VECTOR}) STORED, "
                f"ADD COLUMN band tsvector GENERATED ALWAYS AS ({band}) STORED",
                f"{make} ON {DOCUMENTS} USING gin (words, band) WITH (fastupdate = off)",
            ],
            sqlite=[],
            back={
                "postgresql": [
                    drop,
                    f"ALTER TABLE {DOCUMENTS} DROP COLUMN head, DROP COLUMN band",
                    f"{make} ON {DOCUMENTS} USING gin (words) WITH (fastupdate = off)",
                ],
                "sqlite": [],
            },
        )


class TimelineWords(ForEach):
    def __init__(self) -> None:
        super().__init__(
            postgresql=_add_vector(ENTRIES, _vector(_without_accents("body"), "D"), "timeline_by_words"),
            sqlite=_add_fts5(ENTRY_WORDS, ENTRIES, "id", "body"),
            back={
                "postgresql": [f"ALTER TABLE {ENTRIES} DROP COLUMN words"],
                "sqlite": [*_drop_triggers(ENTRY_WORDS), f"DROP TABLE {ENTRY_WORDS}"],
            },
        )


class Trigrams(ForEach):
    """pg_trgm and its index over the vocabulary. A role that may not make extensions goes without: misspelt
    words are then looked for one by one."""

    def __init__(self) -> None:
        super().__init__(
            postgresql=[
                "CREATE EXTENSION IF NOT EXISTS pg_trgm",
                f"CREATE INDEX searchword_by_trigrams ON {VOCABULARY} USING gin (text gin_trgm_ops)",
            ],
            back={"postgresql": ["DROP INDEX IF EXISTS searchword_by_trigrams"]},
        )

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        try:
            with transaction.atomic(schema_editor.connection.alias):
                super().database_forwards(app_label, schema_editor, from_state, to_state)
        except DatabaseError as error:
            log.warning("search.no_trigrams", reason=str(error).strip())
