"""Which items somebody chose: by their keys, or all that a list finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps.action_items.models import ActionItem, ActionItemQuerySet
from apps.action_items.models.bulk import MOST_ROWS

if TYPE_CHECKING:
    from apps.accounts.models import User

COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """`rows` in the order of the list; `left_out` says how many more would have matched, up to `COUNTED`."""

    rows: list[ActionItem]
    left_out: int = 0


def visible_rows(user: User) -> ActionItemQuerySet:
    return ActionItem.objects.visible_to(user).lean()


def of_keys(rows: ActionItemQuerySet, keys: Iterable[str]) -> Choice:
    """Those of the keys that may be seen; the rest is as unknown as what is not there."""
    wanted = {key.upper() for key in keys}
    found = list(rows.filter(key__in=wanted).order_by("due_rank", "priority", "-pk"))
    return Choice(found[:MOST_ROWS], len(found[MOST_ROWS:]))


def of_list(found: Any) -> Choice:
    """The first that a list finds, as many as change at once."""
    rows = list(found[:MOST_ROWS])
    more = found.order_by()[MOST_ROWS : MOST_ROWS + COUNTED].count() if len(rows) == MOST_ROWS else 0
    return Choice(rows, more)


def versions_of(marks: Iterable[str]) -> dict[str, int | None]:
    """{key: version that was looked at} of marks such as ACT-12:3."""
    found: dict[str, int | None] = {}
    for mark in marks:
        key, _, version = mark.partition(":")
        is_number = version.isascii() and version.isdigit() and len(version) < 10
        found[key.upper()] = int(version) if is_number else None
    return found
