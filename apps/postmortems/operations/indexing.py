"""Keeps what searching reads, in the transaction that changes a text: what was saved is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.postmortems.document import Reading, published_readings, readings_of
from apps.postmortems.models import Postmortem, PublishedSnapshot, SearchText, SearchWord
from apps.postmortems.search.texts import fields_of, texts_of, vocabulary

BATCH = 200
WORDS_AT_ONCE = 500
READ = ("sections__blocks", "factors", "lessons", "impact_values", "tags")
COLUMNS = ["title", "summary", "body", "folded"]


def index_postmortem(postmortem: Postmortem) -> None:
    """Every operation that changes title, tags or a section calls it last."""
    _index([postmortem.pk])


@transaction.atomic
def index_postmortems(pks: Iterable[int]) -> None:
    """Many at once, for those who write many at once."""
    for part in _parts(sorted(pks), BATCH):
        _index(part)


def rebuild_index() -> int:
    """Everything anew, a part at a time; searches go on meanwhile. Returns how many there are."""
    SearchWord.objects.all().delete()
    pks = list(Postmortem.objects.order_by("pk").values_list("pk", flat=True))
    for part in _parts(pks, BATCH):
        index_postmortems(part)
    return len(pks)


def _index(pks: Sequence[int]) -> None:
    published, rows = _published(pks), []
    for row in Postmortem.objects.filter(pk__in=pks).prefetch_related(*READ):
        written = texts_of(readings_of(row))
        told = [text for text in texts_of(published.get(row.pk, [])) if text not in written]
        tags = [tag.name for tag in row.tags.all()]
        fields = fields_of(title=row.title, key=row.key, tags=tags, texts=[*written, *told])
        rows.append(SearchText(postmortem=row, **fields))
    SearchText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["postmortem"], update_fields=COLUMNS
    )
    _learn(vocabulary(text for row in rows for text in (row.title, row.summary, row.body)))


def _published(pks: Sequence[int]) -> dict[int, list[Reading]]:
    """What readers are shown while the next version is written."""
    rows = PublishedSnapshot.objects.filter(postmortem__in=pks, version=F("postmortem__published_version"))
    return {row.postmortem_id: published_readings(row.content) for row in rows}


def _learn(words: set[str]) -> None:
    """In order, so that two who learn the same words at once never wait for each other in a circle. Which of them are
    known is left to the unique index: asked beforehand, PostgreSQL may look each of them up by its trigrams."""
    for part in _parts(sorted(words), WORDS_AT_ONCE):
        SearchWord.objects.bulk_create([SearchWord(text=word) for word in part], ignore_conflicts=True)


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
