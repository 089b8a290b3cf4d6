"""Which rows of a list somebody chose to change at once: by their keys, or all that the list finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.core.digits import number_in

Row = TypeVar("Row")

MOST_ROWS = 100
COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Choice(Generic[Row]):
    """`rows` in the order of the list; `left_out` says how many more would have matched, up to `COUNTED`."""

    rows: list[Row]
    left_out: int = 0


def first_of(found: Iterable[Row]) -> Choice[Row]:
    """Of what was named one by one: as many as change at once."""
    rows = list(found)
    return Choice(rows[:MOST_ROWS], len(rows[MOST_ROWS:]))


def of_list(found: Any) -> Choice[Any]:
    """The first that a list finds, as many as change at once."""
    rows = list(found[:MOST_ROWS])
    more = found.order_by()[MOST_ROWS : MOST_ROWS + COUNTED].count() if len(rows) == MOST_ROWS else 0
    return Choice(rows, more)


def versions_of(marks: Iterable[str]) -> dict[str, int | None]:
    """{key: version that was looked at, None when nobody looked} of marks such as ACT-12:3."""
    found: dict[str, int | None] = {}
    for mark in marks:
        key, _, version = mark.partition(":")
        found[key] = number_in(version)
    return found
