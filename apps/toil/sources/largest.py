"""Where a team's toil comes from: the sources with most hours, over everybody who worked for it, never by person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, IntegerField, Min, Q, Sum, Value, When
from django.db.models.functions import Lower

from apps.accounts.models import Team
from apps.action_items.models import ActionItem
from apps.core.engines import Among, on_one_processor
from apps.core.prepared import Given, Prepared
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.models import ToilSlice, ToilSource
from apps.toil.models.entry import REACH

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
    names of private incidents' work are not told, nor what they hurt. Three statements."""
    found = sorted(_sums(team, period).items(), key=lambda pair: (-pair[1][0], pair[0]))[:MOST_SOURCES]
    whole = max(whole, sum(seconds for _, (seconds, _) in found))
    top: list[Source] = []
    so_far = 0
    for (_, service), (seconds, text) in found[:count]:
        so_far += seconds
        top.append(Source(text, service, seconds, Decimal(100 * so_far) / whole))
    return Sources(top, len(found) - len(top), whole - so_far, is_cut=len(found) == MOST_SOURCES)


def _sums(team: Team, period: Period) -> dict[tuple[str, str], tuple[int, str]]:
    """{(name, service): (seconds, what to call it)}. Two sources of one name are one."""
    with on_one_processor():
        rows = SUMS.rows(team.pk, period.start, period.end, period.start - REACH)
    names = {PRIVATE: UNNAMED} | _named(SOURCE_NAMES, [key for key, *_ in rows])
    slugs = _named(SERVICE_SLUGS, [service for _, service, *_ in rows])
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for key, service, words, seconds, text in rows:
        place = names.get(key, words), slugs.get(service, "")
        so_far, known = found.get(place, (0, names.get(key, text)))
        found[place] = so_far + seconds, min(known, names.get(key, text))
    return found


def _named(names: Prepared, pks: list[int | None]) -> dict[int | None, str]:
    wanted = sorted({pk for pk in pks if pk is not None})
    return dict(names.rows(wanted)) if wanted else {}


def _of_team(team: Given, start: Given, end: Given, reach: Given) -> QuerySet[Any, Any]:
    """Names are put to the sums afterwards: nothing is joined to each of thousands of rows but its entry, and both are
    read by a range of an index."""
    slices = ToilSlice.objects.filter(team=team, local_date__gte=start, local_date__lt=end)
    near = slices.filter(entry__team=team, entry__local_date__gte=reach, entry__local_date__lt=end)
    private = of_private("entry__")
    key = Case(When(private, Value(PRIVATE)), default=F("entry__source_id"), output_field=IntegerField())
    words = Case(
        When(private | Q(entry__source__isnull=False), Value("")),
        default=Lower("entry__text"),
        output_field=CharField(),
    )
    where = Case(When(private, None), default=F("entry__service_id"), output_field=IntegerField())
    told = near.toil().order_by().annotate(key=key, words=words, where=where)
    groups = told.values_list("key", "where", "words")
    return groups.annotate(sum=Sum("attributed"), text=Min("entry__text"))


def of_private(path: str = "") -> Q:
    """Work on private incidents, or on what was promised after one. They are read once and looked up for each row; a
    join of all of them would be weighed wrongly."""
    incidents = Incident.objects.filter(is_private=True).order_by().values("pk")
    items = ActionItem.objects.filter(incident__in=incidents).order_by().values("pk")
    return Q(**{f"{path}incident__in": incidents}) | Q(**{f"{path}item__in": items})


def _by_pk(model: Any, name: str) -> Callable[..., QuerySet[Any, Any]]:
    return lambda pks: model.objects.filter(Among("pk", pks)).order_by().values_list("pk", name)


SUMS = Prepared(_of_team)
SOURCE_NAMES, SERVICE_SLUGS = Prepared(_by_pk(ToilSource, "name")), Prepared(_by_pk(Service, "slug"))
