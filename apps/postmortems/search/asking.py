"""Searching postmortems: the newest matches first, and the best of those on top.

Ranking all matches of a common word would take a second. So the newest `COUNTED` are found, which an index gives in
that order; those are counted, described by facets and put in order by how well they answer. Whoever wants more of
them narrows down, or reads on in the list, which is filtered by the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.accounts.models import User
from apps.incidents.models import Incident, TimelineEntry
from apps.postmortems.models import Postmortem, PostmortemQuerySet, SearchText
from apps.postmortems.search.engine import DocumentMatches, EntryMatches, ranks
from apps.postmortems.search.facets import About, Choice, describe, facets
from apps.postmortems.search.language import Query, parse
from apps.postmortems.search.snippets import Marker, Piece
from apps.postmortems.search.spelling import completed, corrections, ways_of_reading
from apps.postmortems.search.texts import plain

COUNTED = 200
LOOKED_AT = 260  # so that some may be left out and still more than are counted remain
ENTRIES = 260  # of timelines
PAGE_SIZE = 20
Own = tuple[str, str]  # status and trigger


@dataclass(frozen=True, slots=True)
class Hit:
    """One postmortem. `entry_of` is the key of the incident whose timeline is quoted, when no text answers."""

    postmortem: Postmortem
    about: About
    title: list[Piece]
    snippet: list[Piece]
    entry_of: str


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` are the best of the newest, in order; `query` is what was searched for in the end, and `typed` what
    was asked, when a word of it had to be put right."""

    query: Query
    typed: Query | None
    ids: list[int]
    count: int
    is_capped: bool
    about: dict[int, About]
    facets: dict[str, list[Choice]]

    @property
    def shown_count(self) -> str:
        return f"{COUNTED:,}+" if self.is_capped else f"{self.count:,}"


def answering(text: str, rows: PostmortemQuerySet, user: User) -> PostmortemQuerySet:
    """Of the rows that the reader may see, those that answer, in whatever order they have: the filter of lists."""
    query = completed(parse(text))
    if not query:
        return rows.none()
    written = SearchText.objects.filter(DocumentMatches(query, of="title")).values("postmortem_id")
    entries = TimelineEntry.objects.filter(EntryMatches(query, of="body"))
    seen = Incident.objects.visible_to(user).filter(pk__in=entries.values("incident"))
    told = Postmortem.incidents.through.objects.filter(incident__in=seen).values("postmortem_id")
    return rows.filter(pk__in=written.union(told))


def search(text: str, rows: PostmortemQuerySet, user: User) -> Found:
    """`rows` are those that the reader may see, and has narrowed down to."""
    query = parse(text)
    for tried in ways_of_reading(query):
        newest = _newest(tried, rows, user)
        if newest or not query:
            return _found(tried, None, newest, user)
    for corrected in corrections(query):
        newest = _newest(corrected, rows, user)
        if newest:
            return _found(corrected, query, newest, user)
    return _found(query, None, {}, user)


def _newest(query: Query, rows: PostmortemQuerySet, user: User) -> dict[int, Own]:
    """{id: (status, trigger)} of one more than are counted, newest first."""
    if not query:
        return {}
    found = _written(query, rows.order_by("-pk"))
    oldest = min(found) if len(found) > COUNTED else 0
    told = [pk for pk in _told(query, user) if pk not in found and pk > oldest]
    found |= _own(rows.filter(pk__in=told)) if told else {}
    return dict(sorted(found.items(), reverse=True)[: COUNTED + 1])


def _written(query: Query, rows: PostmortemQuerySet) -> dict[int, Own]:
    """The newest of all that answer, as far as the reader may see them. When these are too few (the word is rare, or
    the search is narrow), the database asks that of every match."""
    texts = SearchText.objects.filter(DocumentMatches(query, of="title")).order_by("-pk")
    found = _own(rows.filter(pk__in=texts.values("pk")[:LOOKED_AT]))
    if len(found) > COUNTED:
        return found
    return _own(rows.filter(DocumentMatches(query, of="search_text__title"))[: COUNTED + 1])


def _told(query: Query, user: User) -> list[int]:
    """Postmortems of the incidents in whose timelines the newest entries answer, as far as the reader may see those."""
    entries = TimelineEntry.objects.filter(EntryMatches(query, of="body")).order_by("-pk")
    seen = Incident.objects.visible_to(user).filter(pk__in=entries.values("incident")[:ENTRIES]).order_by()
    return list(seen.filter(postmortems__isnull=False).values_list("postmortems", flat=True))


def _own(rows: PostmortemQuerySet) -> dict[int, Own]:
    return {
        pk: (status, trigger) for pk, status, trigger in rows.values_list("pk", "status", "trigger_category")
    }


def _found(query: Query, typed: Query | None, newest: dict[int, Own], user: User) -> Found:
    ids = list(newest)[:COUNTED]
    about = describe(ids, user)
    return Found(
        query=query,
        typed=typed,
        ids=_best_first(query, ids),
        count=len(ids),
        is_capped=len(newest) > COUNTED,
        about=about,
        facets=facets(about, (newest[pk] for pk in about)),
    )


def _best_first(query: Query, ids: Sequence[int]) -> list[int]:
    """By how well they answer, newer before older; those that only a timeline named come last."""
    rank = ranks(query, ids)
    return sorted(ids, key=lambda pk: (rank.get(pk, 0), pk), reverse=True)


def hits(found: Found, page: Sequence[int], user: User) -> list[Hit]:
    """What is shown of a page of `found.ids`. Timelines are asked for those whose own text does not answer."""
    texts = SearchText.objects.select_related("postmortem").defer("title", "folded").in_bulk(page)
    marker = Marker(found.query)
    own = [_own_hit(texts[pk], found.about[pk], marker) for pk in page if pk in texts]
    silent = [
        hit.postmortem.pk for hit in own if not any(piece.is_match for piece in (*hit.title, *hit.snippet))
    ]
    entries = _entries(found.query, silent, user) if silent else {}
    return [_with_entry(hit, entries.get(hit.postmortem.pk), marker) for hit in own]


def _own_hit(text: SearchText, about: About, marker: Marker) -> Hit:
    row = text.postmortem
    return Hit(row, about, marker.pieces(row.title), marker.snippet([text.summary, text.body]), entry_of="")


def _with_entry(hit: Hit, entry: tuple[str, str] | None, marker: Marker) -> Hit:
    return replace(hit, entry_of=entry[0], snippet=marker.snippet([entry[1]])) if entry else hit


def _entries(query: Query, ids: Sequence[int], user: User) -> dict[int, tuple[str, str]]:
    """{postmortem: (key of the incident, newest entry that answers)}"""
    seen = Incident.objects.visible_to(user).filter(postmortems__in=ids)
    rows = TimelineEntry.objects.filter(EntryMatches(query, of="body"), incident__in=seen).order_by(
        "at", "pk"
    )
    pairs = rows.filter(incident__postmortems__in=ids)
    found = pairs.values_list("incident__postmortems", "incident__key", "body")
    return {postmortem: (key, plain(body)) for postmortem, key, body in found}
