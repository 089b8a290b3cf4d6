"""The one place where searching differs between PostgreSQL (tsvector, trigrams) and SQLite (FTS5).

`install.py` makes what is read here. Both databases derive it from the rows themselves, in the statement that
writes them: there is no moment in which a text is stored and not found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import BooleanField, F, Func

from apps.core.engines import is_postgres
from apps.postmortems.search.language import Query, Term
from apps.postmortems.search.newest import BEST, NEWEST

ENTRIES = "incidents_timelineentry"
DOCUMENT_WORDS, ENTRY_WORDS = "postmortems_document_words", "postmortems_entry_words"  # SQLite's tables
VOCABULARY = "postmortems_searchword"
WEIGHTS_OF_COLUMNS = "10.0, 4.0, 1.0, 0.0"  # title, summary, body, folded
NEAR = 0.3  # trigrams in common, of all
ASKED_FOR = 300  # seconds
MARKS = {
    vendor: (
        "SELECT 'tag', name, count(*) FROM postmortems_postmortem_tags given "  # noqa: S608  (fixed names)
        f"JOIN services_tag ON services_tag.id = tag_id WHERE postmortem_id {among} GROUP BY name "
        "UNION ALL SELECT 'factor', category, count(DISTINCT postmortem_id) FROM postmortems_factor "
        f"WHERE NOT is_mitigator AND postmortem_id {among} GROUP BY category"
    )
    for vendor, among in (("postgresql", "= ANY(%s)"), ("sqlite", "IN (SELECT value FROM json_each(%s))"))
}


class Matches(Func):
    """True where a text answers the query. `of` leads to a column of the table that holds the text."""

    output_field = BooleanField()

    def __init__(self, query: Query, of: str) -> None:
        self.asked = query
        super().__init__(F(of))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        table = _table(compiler, self.source_expressions[0])
        return f"{table}.words @@ to_tsquery('english', %s)", [tsquery(self.asked)]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        raise NotImplementedError


class DocumentMatches(Matches):
    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        table = _table(compiler, self.source_expressions[0])
        words = f"SELECT rowid FROM {DOCUMENT_WORDS} WHERE {DOCUMENT_WORDS} MATCH %s"  # noqa: S608  (fixed names)
        return f"{table}.postmortem_id IN ({words})", (fts5(self.asked),)


class EntryMatches(Matches):
    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        table = _table(compiler, self.source_expressions[0])
        words = f"SELECT rowid FROM {ENTRY_WORDS} WHERE {ENTRY_WORDS} MATCH %s"  # noqa: S608  (fixed names)
        return f"{table}.id IN ({words})", (fts5(self.asked),)


def _table(compiler: Any, column: Any) -> str:
    """The name that the query gave to the table of a column."""
    return str(compiler.compile(column)[0].rpartition(".")[0])


def tsquery(query: Query) -> str:
    """For to_tsquery('english', …); every word is letters and digits, so none is an operator."""
    wanted = " & ".join(_ts_term(term) for term in query.wanted)
    return " & ".join([wanted, *(f"!({_ts_term(term)})" for term in query.unwanted)])


def _ts_term(term: Term) -> str:
    phrase = " <-> ".join(term.words) + (":*" if term.is_beginning else "")
    return f"({' | '.join([f'({phrase})', *term.others])})"


def fts5(query: Query) -> str:
    wanted = " AND ".join(_fts_term(term) for term in query.wanted)
    return " NOT ".join([f"({wanted})", *(_fts_term(term) for term in query.unwanted)])


def _fts_term(term: Term) -> str:
    phrase = '"' + " ".join(term.words) + '"'
    forms = [f"{phrase} *" if term.is_beginning else phrase, *(f'"{word}"' for word in term.others)]
    return f"({' OR '.join(forms)})"


def newest(query: Query, limit: int) -> list[int]:
    """The newest documents that answer."""
    if is_postgres():
        return [row[0] for row in _rows(NEWEST, {"asked": tsquery(query), "limit": limit})]
    sql = f"SELECT rowid FROM {DOCUMENT_WORDS} WHERE {DOCUMENT_WORDS} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    return [row[0] for row in _rows(sql, [fts5(query), limit])]


def best_first(query: Query, ids: Sequence[int]) -> list[int]:
    """Those of the documents that answer, by how well they do, newer before older."""
    if not ids:
        return []
    if is_postgres():
        some = {"asked": tsquery(query), "any": " | ".join(map(_ts_term, query.wanted)), "ids": list(ids)}
        return [row[0] for row in _rows(BEST, some)]
    marks = ", ".join(["%s"] * len(ids))
    sql = (
        f"SELECT rowid FROM {DOCUMENT_WORDS} WHERE {DOCUMENT_WORDS} MATCH %s AND rowid IN ({marks}) "  # noqa: S608
        f"ORDER BY bm25({DOCUMENT_WORDS}, {WEIGHTS_OF_COLUMNS}), rowid DESC"
    )
    return [row[0] for row in _rows(sql, [fts5(query), *ids])]


def marks_of(ids: Iterable[int]) -> dict[str, list[tuple[str, int]]]:
    """Tags and factors of the postmortems: (name, how many have it). Written out because it stands in every search:
    as querysets it took longer to build than to answer."""
    found: dict[str, list[tuple[str, int]]] = {"tag": [], "factor": []}
    chosen = list(ids)
    each = chosen if is_postgres() else json.dumps(chosen)
    for kind, name, count in _rows(MARKS["postgresql" if is_postgres() else "sqlite"], [each, each]):
        found[kind].append((name, count))
    return found


def _rows(sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def near_words(word: str, *, limit: int = 200) -> list[str]:
    """Words of the vocabulary that look like it, the likeliest among them. PostgreSQL asks its trigram index,
    where the extension could be made; elsewhere words of about its length with the same first or second letter."""
    if is_postgres() and has_trigrams():
        sql = f"SELECT text FROM {VOCABULARY} WHERE text %% %s ORDER BY similarity(text, %s) DESC LIMIT %s"  # noqa: S608
        params: list[Any] = [word, word, limit]
    else:
        sql = (
            f"SELECT text FROM {VOCABULARY} WHERE length(text) BETWEEN %s AND %s "  # noqa: S608
            "AND (substr(text, 1, 1) = %s OR substr(text, 2, 1) = %s)"
        )
        params = [len(word) - 2, len(word) + 2, word[0], word[1:2]]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def completions(beginning: str, *, limit: int = 20) -> list[str]:
    """Words of the vocabulary that begin so."""
    sql = f"SELECT text FROM {VOCABULARY} WHERE text LIKE %s ORDER BY text LIMIT %s"  # noqa: S608  (a fixed name)
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{beginning}%", limit])
        return [row[0] for row in cursor.fetchall()]


def has_trigrams() -> bool:
    """Whether pg_trgm is there; asked once in five minutes."""
    known: bool | None = cache.get("search:trigrams")
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')")
            known = bool(cursor.fetchone()[0])
        cache.set("search:trigrams", known, ASKED_FOR)
    return known


def words_known(words: Iterable[str]) -> set[str]:
    """Those of the words that are in the vocabulary."""
    asked = list(words)
    marks = ", ".join(["%s"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {VOCABULARY} WHERE text IN ({marks})", asked)  # noqa: S608
        return {row[0] for row in cursor.fetchall()}
