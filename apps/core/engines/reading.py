"""Reading several queries together, and what the database has counted of its words."""

import time
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.core.engines.vendor import is_postgres

COUNTED_FOR = 300  # seconds
_KNOWN: dict[str, tuple[float, float, dict[str, float]]] = {}  # index: when, rows, shares


def rows_together(queries: Sequence[QuerySet[Any, Any]]) -> Iterable[Any]:
    """The rows of all of them: in one statement, or one after the other on SQLite, where a part of a compound
    statement has no limit of its own and a statement costs no way to a server."""
    if is_postgres() and queries:
        return queries[0].union(*queries[1:], all=True)
    return chain.from_iterable(queries)


def common_words(index: str, words: Sequence[str], *, few: int) -> dict[str, float]:
    """Share of the rows that hold a word beginning so, as the database counted last. What is not among its common words
    is left out, and what so `few` rows hold that they are read anyway: of fifty titles each is 2 %.
    Each process reads it once in five minutes; {} on SQLite."""
    if not is_postgres() or not words:
        return {}
    at, rows, known = _KNOWN.get(index, (0.0, 0.0, {}))
    if not known or time.monotonic() - at > COUNTED_FOR:
        rows, known = _counted(index)
        _KNOWN[index] = (time.monotonic(), rows, known)
    sums = {word: sum(share for one, share in known.items() if one.startswith(word)) for word in words}
    return {word: share for word, share in sums.items() if share * rows > few}


def _counted(index: str) -> tuple[float, dict[str, float]]:
    """(rows, {word: share of them that hold it})."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, share, reltuples FROM pg_class, pg_stats, "
            "unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, share) "
            "WHERE pg_class.oid = %s::regclass AND schemaname = current_schema() AND tablename = relname "
            "AND word IS NOT NULL",
            [index],
        )
        found = cursor.fetchall()
    return max((rows for _, _, rows in found), default=0.0), {word: share for word, share, _ in found}
