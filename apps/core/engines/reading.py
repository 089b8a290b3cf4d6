"""Reading several queries together, and what the database has counted of its words."""

import time
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.core.engines.vendor import is_postgres

COUNTED_FOR = 300  # seconds
_KNOWN: dict[str, tuple[float, dict[str, float]]] = {}


def rows_together(queries: Sequence[QuerySet[Any, Any]]) -> Iterable[Any]:
    """The rows of all of them: in one statement, or one after the other on SQLite, where a part of a compound
    statement has no limit of its own and a statement costs no way to a server."""
    if is_postgres() and queries:
        return queries[0].union(*queries[1:], all=True)
    return chain.from_iterable(queries)


def common_words(index: str, words: Sequence[str]) -> dict[str, float]:
    """Share of the rows that hold a word beginning so, as the database counted last; what is not among its
    common words is left out. Each process reads it once in five minutes; {} on SQLite."""
    if not is_postgres() or not words:
        return {}
    at, known = _KNOWN.get(index, (0.0, {}))
    if not known or time.monotonic() - at > COUNTED_FOR:
        known = _counted(index)
        _KNOWN[index] = (time.monotonic(), known)
    sums = {word: sum(share for one, share in known.items() if one.startswith(word)) for word in words}
    return {word: share for word, share in sums.items() if share}


def _counted(index: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, share FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) "
            "AS common (word, share) WHERE schemaname = current_schema() AND tablename = %s AND word IS NOT NULL",
            [index],
        )
        return dict(cursor.fetchall())
