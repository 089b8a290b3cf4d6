"""The list in columns by state. Items move through the steps of their own page, with or without a mouse."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from apps.action_items import policies
from apps.action_items.board import USUAL, board_of
from apps.action_items.filters import BoardFilter
from apps.action_items.models import ActionItem, tally
from apps.action_items.views.saved import last_change_of, summary, tabs
from apps.core.http import SignedInRequest
from apps.core.pages import report_page


@require_safe
def item_board(request: SignedInRequest) -> HttpResponse:
    rows, today = ActionItem.objects.visible_to(request.user), timezone.localdate()
    asked, first = ActionItem.objects.visible_beside(request.user)
    chosen = BoardFilter(request.GET, queryset=asked, request=request)
    board = board_of(chosen.qs, rows.on_cards(), chosen.statuses or list(USUAL), first=first)
    counts: Any = SimpleLazyObject(lambda: tally(request.user, timezone.now(), today))
    context = {
        "filter": chosen,
        "board": board,
        "page_obj": {"paginator": {"count": board.found, "is_capped": board.is_capped}},
        "has_csv": False,
        "noun": "action item",
        "can_add": policies.can_add_action_item(request.user),
        "tabs": SimpleLazyObject(lambda: tabs(request, counts, is_board=True)),
        "summary": SimpleLazyObject(lambda: summary(counts)),
        "last_change": last_change_of(request),
        "today": today,
        "here": quote(request.get_full_path(), safe=""),
    }
    return report_page(request, "action_items/board.html", context, results="action_items/_board.html")
