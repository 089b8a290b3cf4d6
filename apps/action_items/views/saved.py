"""The tabs above the list, and the numbers that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from apps.core.counting import up_to

if TYPE_CHECKING:
    from apps.core.http import SignedInRequest

VIEWS = (
    ("Mine", "owner=me&status=committed", "mine"),
    ("My teams", "team=mine&status=committed", "teams"),
    ("Overdue", "due=overdue", "overdue"),
    ("Unowned", "owner=nobody", "unowned"),
    ("All", "", "all"),
)
NOT_A_CHOICE = {"page", "sort", "format", "group"}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    query: str
    count: str
    is_current: bool


def tabs(request: SignedInRequest, counts: dict[str, int]) -> list[Tab]:
    chosen = _choices(request.GET)
    return [
        Tab(label, query, up_to(counts[name]), chosen == _choices(QueryDict(query)))
        for label, query, name in VIEWS
        if name != "teams" or request.user.team_ids
    ]


def _choices(query: QueryDict) -> dict[str, list[str]]:
    lists = ((name, [value for value in values if value]) for name, values in query.lists())
    return {name: values for name, values in lists if values and name not in NOT_A_CHOICE}


def summary(counts: dict[str, int]) -> str:
    """One factual line under the heading."""
    if not counts["committed"]:
        return "Nothing is promised at the moment."
    shown = {name: up_to(count) for name, count in counts.items()}
    late = f"{shown['overdue']} overdue" if counts["overdue"] else "none overdue"
    return f"{shown['committed']} committed: {late}, {shown['week']} due this week."
