"""A list under headings: by what, in which order they come, and how they read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, QuerySet, Value, When

from apps.action_items.models import ActionItem, Source, Status

if TYPE_CHECKING:
    from django.core.paginator import Page

DUE = {
    "overdue": "Overdue",
    "week": "Due this week",
    "later": "Later",
    "undated": "No date yet",
    "settled": "Settled",
}
IN_WORK_ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(Status.values)),
    default=Value(len(Status.values)),
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """`order` comes before the order of the list; without one the list's own has the groups in order. `key` are the
    columns that tell headings apart, once `same` has put together what stands under one, `words` the heading. How
    many stand under it is not `counted` where that would be a figure of one person."""

    order: tuple[Any, ...]
    key: tuple[str, ...]
    words: Callable[[ActionItem], str]
    counted: bool = True
    same: Callable[..., tuple[Any, ...]] = lambda *key: key

    def key_of(self, item: ActionItem) -> tuple[Any, ...]:
        return self.same(*(getattr(item, name) for name in self.key))


@dataclass(slots=True)
class Group:
    heading: str
    rows: list[ActionItem]
    count: int | None


def _origin(item: ActionItem) -> str:
    return f"{item.incident.key} {item.incident.title}" if item.incident else str(Source(item.source).label)


GROUPINGS = {
    "due": Grouping((), ("due_group",), lambda item: DUE[item.due_group]),  # type: ignore[attr-defined]
    "status": Grouping((IN_WORK_ORDER,), ("status",), lambda item: item.get_status_display()),
    "owner": Grouping(
        (F("owner__name").asc(nulls_first=True), "owner"),
        ("owner_id",),
        lambda item: item.owner.name if item.owner else "Nobody yet",
        counted=False,
    ),
    "team": Grouping(
        (F("team__name").asc(nulls_first=True),),
        ("team_id",),
        lambda item: item.team.name if item.team else "No team",
    ),
    "priority": Grouping(("priority",), ("priority",), lambda item: f"P{item.priority}"),
    "source": Grouping(
        (
            F("incident__number").desc(nulls_last=True),
            Case(When(incident__isnull=True, then=F("source")), default=Value("")),
        ),
        ("incident_id", "source"),
        _origin,
        same=lambda incident, source: (incident, "" if incident else source),
    ),
}
CHOICES = [
    *(("status", "State"), ("owner", "Owner"), ("team", "Team"), ("priority", "Priority")),
    *(("source", "Source"), ("none", "Nothing")),
]


def groups_of(page: Page[ActionItem], found: QuerySet[ActionItem], grouping: Grouping) -> list[Group]:
    """The rows of a page under their headings, each with how many there are on all pages; that takes one statement,
    and is left out where the list is too long to be counted."""
    together: dict[tuple[Any, ...], list[ActionItem]] = {}
    for row in page.object_list:
        together.setdefault(grouping.key_of(row), []).append(row)
    is_short = not getattr(page.paginator, "is_capped", False)
    counts = _counts(found, grouping) if grouping.counted and is_short and together else {}
    keys: Iterable[tuple[Any, ...]] = together
    if grouping is GROUPINGS["due"]:  # a proposal whose day is over is not overdue, and stands among the next
        keys = [(name,) for name in DUE if (name,) in together]
    return [Group(grouping.words(together[key][0]), together[key], counts.get(key)) for key in keys]


def _counts(found: QuerySet[ActionItem], grouping: Grouping) -> dict[tuple[Any, ...], int]:
    counts: Counter[tuple[Any, ...]] = Counter()
    for *key, n in found.order_by().values_list(*grouping.key).annotate(n=Count("pk")):
        counts[grouping.same(*key)] += n
    return counts
