"""Rows that people put in order, numbered from 1 without gaps. Operations store what these functions change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def place_at(row: Any, place: int, siblings: Iterable[Any]) -> list[Any]:
    """Put the row at `place` among its siblings, of which it is one. Whose `position` has changed, the row itself
    among them if it has."""
    order = [each for each in siblings if each.pk != row.pk]
    order.insert(max(0, min(place, len(order) + 1) - 1), row)
    return number(order)


def number(rows: Iterable[Any]) -> list[Any]:
    """Number them in their order. Whose `position` has changed."""
    changed = []
    for position, each in enumerate(rows, start=1):
        if each.position != position:
            each.position = position
            changed.append(each)
    return changed
