"""Searching postmortems: the newest matches first, and the best of those on top.

Ranking all matches of a common word would take a second. So the newest `COUNTED` are found, which an index gives in
that order; those are counted, described by facets and put in order by how well they answer. Whoever wants more of
them narrows down, or reads on in the list, which is filtered by the same words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import F

from apps.accounts.models import User
from apps.core.engines import Among
from apps.incidents.models import Incident, TimelineEntry
from apps.postmortems.models import Postmortem, PostmortemQuerySet, SearchText
from apps.postmortems.search.engine import DocumentMatches, EntryMatches, best_first, newest
from apps.postmortems.search.facets import About, Choice, describe, facets
from apps.postmortems.search.language import Query, parse
from apps.postmortems.search.snippets import Marker, Piece
from apps.postmortems.search.spelling import completed, corrections
from apps.postmortems.search.texts import plain

COUNTED = 100
LOOKED_AT = 130  # so that some may be left out and still more than are counted remain
ENTRIES = 130  # of timelines
PAGE_SIZE = 20
SHOWN = ("key", "title", "status", "updated_at")
Own = tuple[str, str]  # status and trigger


class Newest(NamedTuple):
    """What is told of each that answers; and those whose own text does. Newest first, and these before the others."""

    own: dict[int, Own]
    written: frozenset[int]


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
    told: frozenset[int] = frozenset()  # by timelines alone

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
    for tried, ids in _ways_of_reading(query):
        answers = _newest(tried, ids, rows, user)
        if answers.own:
            return _found(tried, None, answers, user)
    for corrected in corrections(query):
        answers = _newest(corrected, newest(corrected, LOOKED_AT), rows, user)
        if answers.own:
            return _found(corrected, query, answers, user)
    return Found(query, None, [], 0, is_capped=False, about={}, facets={})


def _ways_of_reading(query: Query) -> Iterator[tuple[Query, list[int]]]:
    """Each with the newest documents that answer. As whole words, when so many hold them that what they may be the
    beginnings of would add nothing; as it stands; and, for who found nothing so, with its last word completed."""
    whole = query.of_whole_words()
    if whole != query:
        ids = newest(whole, LOOKED_AT)
        if len(ids) == LOOKED_AT:
            yield whole, ids
    if query:
        yield query, newest(query, LOOKED_AT)
        longer = completed(query)
        if longer != query:
            yield longer, newest(longer, LOOKED_AT)


def _newest(query: Query, ids: list[int], rows: PostmortemQuerySet, user: User) -> Newest:
    """Of one more than are counted. Timelines are asked when the texts leave room: who answers by a timeline alone
    comes last. Where few of the newest are among the rows because the search is narrow, the database looks through
    every match."""
    is_full = len(ids) == LOOKED_AT
    found = _own(rows.filter(Among("pk", ids)).order_by()) if ids else {}
    if is_full and len(found) <= COUNTED:
        found = _own(_answering_among(query, rows))
    written = sorted(found, reverse=True)
    if len(found) <= COUNTED:
        told = [pk for pk in _told(query, user) if pk not in found]
        found |= _own(rows.filter(Among("pk", told)).order_by()) if told else {}
    all_of_them = [*written, *sorted(found.keys() - written, reverse=True)]
    return Newest({pk: found[pk] for pk in all_of_them[: COUNTED + 1]}, frozenset(written))


def _answering_among(query: Query, rows: PostmortemQuerySet) -> PostmortemQuerySet:
    return rows.filter(DocumentMatches(query, of="search_text__title")).order_by("-pk")[: COUNTED + 1]


def _told(query: Query, user: User) -> list[int]:
    """Postmortems of the incidents in whose timelines the newest entries answer, as far as the reader may see those."""
    seen = Incident.objects.visible_to(user).filter(EntryMatches(query, of="timeline__body"))
    newest_entries = seen.filter(postmortems__isnull=False).order_by("-timeline__pk")[:ENTRIES]
    return list(newest_entries.values_list("postmortems", flat=True))


def _own(rows: PostmortemQuerySet) -> dict[int, Own]:
    return {
        pk: (status, trigger) for pk, status, trigger in rows.values_list("pk", "status", "trigger_category")
    }


def _found(query: Query, typed: Query | None, answers: Newest, user: User) -> Found:
    ids = list(answers.own)[:COUNTED]
    about = describe(ids, user)
    return Found(
        query=query,
        typed=typed,
        ids=_best_first(query, ids, answers),
        count=len(ids),
        is_capped=len(answers.own) > COUNTED,
        about=about,
        facets=facets(about, (answers.own[pk] for pk in about)),
        told=frozenset(ids) - answers.written,
    )


def _best_first(query: Query, ids: Sequence[int], answers: Newest) -> list[int]:
    """By how well they answer, newer before older; those that only a timeline named come last."""
    best = best_first(query, [pk for pk in ids if pk in answers.written])
    return best + [pk for pk in ids if pk not in answers.written]


def hits(found: Found, page: Sequence[int], user: User) -> list[Hit]:
    """What is shown of a page of `found.ids`."""
    rows = Postmortem.objects.filter(Among("pk", page)).order_by().only(*SHOWN)
    texts = {
        row.pk: row for row in rows.annotate(summary=F("search_text__summary"), body=F("search_text__body"))
    }
    marker = Marker(found.query)
    own = [_own_hit(texts[pk], found.about[pk], marker) for pk in page if pk in texts]
    told = found.told.intersection(page)
    entries = _entries(found.query, told, user) if told else {}
    return [_with_entry(hit, entries.get(hit.postmortem.pk), marker) for hit in own]


def _own_hit(row: Any, about: About, marker: Marker) -> Hit:
    texts = filter(None, (row.summary, row.body))
    return Hit(row, about, marker.pieces(row.title), marker.snippet(texts), entry_of="")


def _with_entry(hit: Hit, entry: tuple[str, str] | None, marker: Marker) -> Hit:
    return replace(hit, entry_of=entry[0], snippet=marker.snippet([entry[1]])) if entry else hit


def _entries(query: Query, ids: Collection[int], user: User) -> dict[int, tuple[str, str]]:
    """{postmortem: (key of the incident, newest entry that answers)}"""
    seen = Incident.objects.visible_to(user).filter(EntryMatches(query, of="timeline__body"))
    rows = seen.filter(Among("postmortems", ids)).order_by("timeline__at", "timeline__pk")
    found = rows.values_list("postmortems", "key", "timeline__body")
    return {postmortem: (key, plain(body)) for postmortem, key, body in found}
