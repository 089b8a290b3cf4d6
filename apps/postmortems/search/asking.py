"""Searching postmortems: the newest matches first, and the best of those on top.

Ranking all matches of a common word would take a second; so the newest are found (an index gives them in that
order), counted as far as `COUNTED`, and the newest `RANKED` of them are put in order by how well they answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.incidents.models import Incident, TimelineEntry
from apps.postmortems.models import Postmortem, PostmortemQuerySet, SearchText
from apps.postmortems.search.engine import DocumentMatches, EntryMatches, ranks
from apps.postmortems.search.facets import About, Choice, describe, facets
from apps.postmortems.search.language import Query, parse
from apps.postmortems.search.snippets import Marker, Piece
from apps.postmortems.search.spelling import completed, corrections
from apps.postmortems.search.texts import plain

COUNTED = 1_000
RANKED = 200
PAGE_SIZE = 20
Own = tuple[str, str]  # status and trigger


@dataclass(frozen=True, slots=True)
class Hit:
    """One postmortem. `entry_of` is the key of the incident whose timeline answered, when the text did not."""

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
    return rows.filter(pk__in=written.union(_links(query, user).values("postmortem_id")))


def search(text: str, rows: PostmortemQuerySet, user: User) -> Found:
    """`rows` are those that the reader may see and has narrowed down to."""
    query = completed(parse(text))
    newest = _newest(query, rows, user)
    if newest or not query:
        return _found(query, None, newest, user)
    for corrected in corrections(query):
        newest = _newest(corrected, rows, user)
        if newest:
            return _found(corrected, query, newest, user)
    return _found(query, None, {}, user)


def _newest(query: Query, rows: PostmortemQuerySet, user: User) -> dict[int, Own]:
    """{id: (status, trigger)} of one more than are counted, newest first."""
    if not query:
        return {}
    rows = rows.order_by("-pk")
    written = rows.filter(DocumentMatches(query, of="search_text__title"))
    found = _own(written[: COUNTED + 1])
    told = list(_told(query, rows, user)[: COUNTED + 1])
    extra = [pk for pk in told if pk not in found]
    found |= _own(rows.filter(pk__in=extra)) if extra else {}
    return dict(sorted(found.items(), reverse=True)[: COUNTED + 1])


def _own(rows: PostmortemQuerySet) -> dict[int, Own]:
    return {
        pk: (status, trigger) for pk, status, trigger in rows.values_list("pk", "status", "trigger_category")
    }


def _told(query: Query, rows: PostmortemQuerySet, user: User) -> Any:
    links = _links(query, user).filter(postmortem__in=rows.order_by())
    return links.order_by("-postmortem_id").values_list("postmortem_id", flat=True).distinct()


def _links(query: Query, user: User) -> Any:
    """Postmortems and incidents in whose timeline an entry answers, as far as the reader may see the incident."""
    links = Postmortem.incidents.through.objects.filter(incident__in=Incident.objects.visible_to(user))
    return links.filter(EntryMatches(query, of="incident__timeline__body"))


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
        facets=facets(about, (newest[pk] for pk in ids)),
    )


def _best_first(query: Query, ids: Sequence[int]) -> list[int]:
    """The newest by how well they answer, those that only a timeline named behind them; then the older ones."""
    newest = ids[:RANKED]
    rank = ranks(query, newest)
    return [*sorted(newest, key=lambda pk: (rank.get(pk, 0), pk), reverse=True), *ids[RANKED:]]


def hits(found: Found, page: Sequence[int], user: User) -> list[Hit]:
    """What is shown of a page of `found.ids`."""
    rows = Postmortem.objects.with_people().in_bulk(page)
    texts = {row.pk: row for row in SearchText.objects.filter(pk__in=page)}
    answering = set(
        SearchText.objects.filter(DocumentMatches(found.query, of="title"), pk__in=page).values_list(
            "pk", flat=True
        )
    )
    entries = _entries(found.query, [pk for pk in page if pk not in answering], user)
    marker = Marker(found.query)
    return [_hit(rows[pk], found.about[pk], texts[pk], entries.get(pk), marker) for pk in page if pk in rows]


def _hit(
    row: Postmortem, about: About, text: SearchText, entry: tuple[str, str] | None, marker: Marker
) -> Hit:
    key, said = entry or ("", "")
    return Hit(
        row,
        about,
        marker.pieces(row.title),
        marker.snippet([said] if said else [text.summary, text.body]),
        key,
    )


def _entries(query: Query, ids: Sequence[int], user: User) -> dict[int, tuple[str, str]]:
    """{postmortem: (key of the incident, newest entry that answers)}"""
    if not ids:
        return {}
    seen = Incident.objects.visible_to(user).filter(postmortems__in=ids)
    rows = TimelineEntry.objects.filter(EntryMatches(query, of="body"), incident__in=seen).order_by(
        "at", "pk"
    )
    pairs = rows.filter(incident__postmortems__in=ids)
    found = pairs.values_list("incident__postmortems", "incident__key", "body")
    return {postmortem: (key, plain(body)) for postmortem, key, body in found}
