"""A list under headings: by what, in which order they come, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

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
    columns that tell headings apart, `own` those of them that no row has by itself, `words` the heading. How many
    stand under it is not `counted` where that would be a figure of one person. Where it `has_index` the database
    reads a page in that order as it is."""

    order: tuple[Any, ...]
    key: tuple[str, ...]
    words: Callable[[ActionItem], str]
    counted: bool = True
    own: dict[str, Any] = field(default_factory=dict)
    has_index: bool = False

    def key_of(self, item: ActionItem) -> tuple[Any, ...]:
        return tuple(getattr(item, name) for name in self.key)


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
    "priority": Grouping(("priority",), ("priority",), lambda item: f"P{item.priority}", has_index=True),
    "source": Grouping(
        (F("incident__number").desc(nulls_last=True), "origin"),
        ("incident_id", "origin"),
        _origin,
        own={"origin": Case(When(incident__isnull=True, then=F("source")), default=Value(""))},
    ),
}
CHOICES = [
    *(("status", "State"), ("owner", "Owner"), ("team", "Team"), ("priority", "Priority")),
    *(("source", "Source"), ("none", "Nothing")),
]


class InGroups:
    """What was found, under headings, of which a page sorts only the rows of its own. To put a hundred thousand in
    order for the sake of twenty-five takes a third of a second."""

    def __init__(self, found: QuerySet[ActionItem], grouping: Grouping) -> None:
        self.found, self.grouping, self.counts = found, grouping, dict[tuple[Any, ...], int]()

    def order_by(self, *fields: str) -> QuerySet[ActionItem]:
        return self.found.order_by(*fields)

    def __getitem__(self, part: slice) -> list[ActionItem]:
        self.counts = self._counts_up_to(part.stop)
        passed, skipped, keys = 0, 0, list[tuple[Any, ...]]()
        for key, count in self.counts.items():
            if passed < part.stop and part.start < passed + count:
                skipped = skipped if keys else part.start - passed
                keys.append(key)
            passed += count
        rows = self.found.filter(self._is_under(keys)) if keys else self.found.none()
        return list(rows[skipped : skipped + part.stop - part.start])

    def _counts_up_to(self, place: int) -> dict[tuple[Any, ...], int]:
        """Of the first headings, in their order: as many rows have at most as many."""
        counted = self.found.order_by().values(*self.grouping.key).annotate(n=Count("pk"))
        heads = counted.order_by(*self.grouping.order, *self.grouping.key)[:place]
        return {tuple(key): n for *key, n in heads.values_list(*self.grouping.key, "n")}

    def _is_under(self, keys: list[tuple[Any, ...]]) -> Q:
        """A second column tells apart only what has no first."""
        first = self.grouping.key[0]
        found = Q(**{f"{first}__in": [key[0] for key in keys if key[0] is not None]})
        for key in keys:
            found |= Q() if key[0] is not None else Q(**dict(zip(self.grouping.key, key, strict=True)))
        return found


def in_groups(found: QuerySet[ActionItem], grouping: Grouping | None) -> QuerySet[ActionItem] | InGroups:
    is_to_be_sorted = grouping is not None and grouping.order and not grouping.has_index
    return InGroups(found, grouping) if grouping and is_to_be_sorted else found


def groups_of(page: Page[ActionItem], found: QuerySet[ActionItem], grouping: Grouping) -> list[Group]:
    """The rows of a page under their headings, each with how many there are on all pages."""
    together: dict[tuple[Any, ...], list[ActionItem]] = {}
    for row in page.object_list:
        together.setdefault(grouping.key_of(row), []).append(row)
    counts = _counts(page, found, grouping) if grouping.counted and together else {}
    keys: Iterable[tuple[Any, ...]] = together
    if grouping is GROUPINGS["due"]:  # a proposal whose day is over is not overdue, and stands among the next
        keys = [(name,) for name in DUE if (name,) in together]
    return [Group(grouping.words(together[key][0]), together[key], counts.get(key)) for key in keys]


def _counts(
    page: Page[ActionItem], found: QuerySet[ActionItem], grouping: Grouping
) -> dict[tuple[Any, ...], int]:
    """Known already where they were asked for the order; else one statement, left out where the list is too long to be
    counted."""
    rows: Any = page.paginator.object_list
    if isinstance(rows, InGroups):
        return rows.counts
    if getattr(page.paginator, "is_capped", False):
        return {}
    counted = found.order_by().values_list(*grouping.key).annotate(n=Count("pk"))
    return {tuple(key): n for *key, n in counted}
