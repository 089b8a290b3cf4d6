"""The tabs above the list and the board: the usual ones with their numbers, then those that somebody saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.action_items.models import BulkChange, SavedView
from apps.action_items.saved_query import chosen_in
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
MOST_TABS = 8  # of saved views; the rest is on their own page
NOT_A_CHOICE = {"sort", "group"}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    address: str
    count: str
    is_current: bool
    is_shared: bool = False


def tabs(request: SignedInRequest, counts: dict[str, int], *, is_board: bool = False) -> list[Tab]:
    """One statement, for those that were saved. The usual ones lead to the list or the board, as one is on it."""
    chosen = chosen_in(request.GET)
    narrowed = _narrowed(chosen)
    page = reverse("action_items:board" if is_board else "action_items:list")
    usual = [
        Tab(label, f"{page}?{query}" if query else page, up_to(counts[name]), _narrowed_by(query) == narrowed)
        for label, query, name in VIEWS
        if name != "teams" or request.user.team_ids
    ]
    saved = [
        Tab(view.name, view.address, "", is_here(view, chosen, is_board=is_board), bool(view.team_id))
        for view in SavedView.objects.visible_to(request.user)[:MOST_TABS]
    ]
    is_saved = any(tab.is_current for tab in saved)
    return [
        tab if not is_saved else Tab(tab.label, tab.address, tab.count, is_current=False) for tab in usual
    ] + saved


def is_here(view: SavedView, chosen: dict[str, list[str]], *, is_board: bool) -> bool:
    return view.is_board == is_board and chosen_in(QueryDict(view.query)) == chosen


def _narrowed(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in chosen.items() if name not in NOT_A_CHOICE}


def _narrowed_by(query: str) -> dict[str, list[str]]:
    return _narrowed(chosen_in(QueryDict(query)))


def last_change_of(request: SignedInRequest) -> BulkChange | None:
    """What can still be taken back, asked for when a page shows it."""
    asked: Any = SimpleLazyObject(lambda: BulkChange.objects.last_to_undo(request.user, timezone.now()))
    return asked


def summary(counts: dict[str, int]) -> str:
    """One factual line under the heading."""
    if not counts["committed"]:
        return "Nothing is promised at the moment."
    shown = {name: up_to(count) for name, count in counts.items()}
    late = f"{shown['overdue']} overdue" if counts["overdue"] else "none overdue"
    return f"{shown['committed']} committed: {late}, {shown['week']} due this week."
