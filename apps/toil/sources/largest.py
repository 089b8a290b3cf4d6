"""Where a team's toil comes from: the sources with most hours, over everybody who worked for it, never by person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, IntegerField, Min, Q, Sum, Value, When

from apps.accounts.models import Team
from apps.action_items.models import ActionItem
from apps.core.engines import Among, on_one_processor
from apps.core.prepared import Given, Prepared
from apps.incidents.models import Incident
from apps.toil.models import ToilEntry, ToilSlice

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.toil.periods import Period

MOST_SOURCES = 100
UNNAMED = "Work on a private incident"
PRIVATE = -1
"""The key of what belongs to private incidents: its source is not told."""


@dataclass(frozen=True, slots=True)
class Source:
    """Toil of one name and service, over everybody who did it."""

    text: str
    service: str
    seconds: int
    cumulative_pct: Decimal


@dataclass(frozen=True, slots=True)
class Sources:
    """`other_count` is at least so many when `is_cut`."""

    top: list[Source]
    other_count: int
    other_seconds: int
    is_cut: bool


def top_sources(team: Team, period: Period, whole: int, count: int = 6) -> Sources:
    """By source (by name where there is none) and service; `whole` is what the stored weeks hold, guests included. The
    names of private incidents' work are not told, nor what they hurt. Two statements, one more where something has
    no label."""
    found = sorted(_sums(team, period).items(), key=lambda pair: (-pair[1][0], pair[0]))[:MOST_SOURCES]
    whole = max(whole, sum(seconds for _, (seconds, _) in found))
    top: list[Source] = []
    so_far = 0
    for (_, service), (seconds, text) in found[:count]:
        so_far += seconds
        top.append(Source(text, service, seconds, Decimal(100 * so_far) / whole))
    return Sources(top, len(found) - len(top), whole - so_far, is_cut=len(found) == MOST_SOURCES)


Place = tuple[str, str]


def _sums(team: Team, period: Period) -> dict[Place, tuple[int, str]]:
    """{(name, service): (seconds, what to call it)}. Two sources of one name are one."""
    found: dict[Place, tuple[int, str]] = {}
    for place, seconds, text in _parts(team, period):
        so_far, known = found.get(place, (0, text))
        found[place] = so_far + seconds, min(known, text)
    return found


def _parts(team: Team, period: Period) -> Iterator[tuple[Place, int, str]]:
    """By label, and what has none by what its entries say; one entry of each tells it in words."""
    with on_one_processor():
        rows = LABELLED.rows(team.pk, period.start, period.end)
        rest = UNLABELLED.rows(team.pk, period.start, period.end) if any(not row[0] for row in rows) else ()
    sums = [(entry, seconds) for label, seconds, entry in rows if label]
    sums += [(entry, seconds) for key, *_, seconds, entry in rest if key != PRIVATE]
    said = {pk: words for pk, *words in SAID.rows([entry for entry, _ in sums])} if sums else {}
    for entry, seconds in sums:
        if entry in said:  # else it was deleted this moment
            name, slug, text = said[entry]
            yield (name or text.lower(), slug or ""), seconds, name or text
    yield from (((UNNAMED, ""), seconds, UNNAMED) for key, *_, seconds, _ in rest if key == PRIVATE)


def _by_label(team: Given, start: Given, end: Given) -> QuerySet[Any, Any]:
    rows = ToilSlice.objects.filter(team=team, local_date__gte=start, local_date__lt=end).toil()
    return rows.order_by().values_list("label").annotate(sum=Sum("attributed"), said=Min("entry"))


def _without_label(team: Given, start: Given, end: Given) -> QuerySet[Any, Any]:
    """Nothing is joined to each of the rows but its entry."""
    slices = ToilSlice.objects.filter(team=team, local_date__gte=start, local_date__lt=end).unlabelled()
    private = of_private("entry__")
    key = Case(When(private, Value(PRIVATE)), default=F("entry__source_id"), output_field=IntegerField())
    words = Case(
        When(private | Q(entry__source__isnull=False), Value("")),
        default=F("entry__text"),
        output_field=CharField(),
    )
    where = Case(When(private, None), default=F("entry__service_id"), output_field=IntegerField())
    told = slices.toil().order_by().annotate(key=key, words=words, where=where)
    groups = told.values_list("key", "where", "words")
    return groups.annotate(sum=Sum("attributed"), said=Min("entry"))


def of_private(path: str = "") -> Q:
    """Work on private incidents, or on what was promised after one. They are read once and looked up for each row; a
    join of all of them would be weighed wrongly."""
    incidents = Incident.objects.filter(is_private=True).order_by().values("pk")
    items = ActionItem.objects.filter(incident__in=incidents).order_by().values("pk")
    return Q(**{f"{path}incident__in": incidents}) | Q(**{f"{path}item__in": items})


LABELLED, UNLABELLED = Prepared(_by_label), Prepared(_without_label)
SAID = Prepared(
    lambda pks: (
        ToilEntry.objects.filter(Among("pk", pks))
        .order_by()
        .values_list("pk", "source__name", "service__slug", "text")
    )
)
