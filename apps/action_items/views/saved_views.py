"""Ways to look at the list that have a name: saving, opening, renaming, sharing and deleting them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.action_items import policies
from apps.action_items.filters import SavedViewFilter
from apps.action_items.forms.saved_views import ViewForm
from apps.action_items.models import SavedView
from apps.action_items.operations import delete_view, edit_view, save_view
from apps.action_items.saved_query import in_words, read_query
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require

COLUMNS = [
    ("id", lambda row: row.uuid),
    ("name", lambda row: row.name),
    ("owner", lambda row: row.owner.email),
    ("team", lambda row: row.team.slug if row.team else ""),
    ("query", lambda row: row.query),
    ("board", lambda row: row.is_board),
    ("saved_at", lambda row: row.created_at),
]


def view_list(request: SignedInRequest) -> HttpResponseBase:
    return list_page(
        request,
        SavedView.objects.visible_to(request.user).with_all(),
        SavedViewFilter,
        "action_items/views.html",
        table="action_items/_views.html",
        csv=COLUMNS,
        extra={"noun": "view"},
    )


@require_safe
def saved_view(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """An address that stays the same when the view is renamed or asks for something else."""
    return redirect(_find(request, uuid).address)


def view_new(request: SignedInRequest) -> HttpResponse:
    """Of the query that the page was asked with."""
    asked = request.GET.copy()
    is_board = asked.pop("board", None) is not None
    text = request.POST.get("query", "") if request.method == "POST" else asked.urlencode()
    form = ViewForm(request.POST or None, user=request.user, initial={"query": text, "is_board": is_board})

    def act(data: dict[str, Any]) -> SavedView:
        query, incident = read_query(data["query"], request)
        named = {"name": data["name"], "team": data.get("team"), "is_board": data["is_board"]}
        return save_view(query=query, incident=incident, **named, by=request.user)

    extra = {"chosen": in_words(text, request), "cancel_url": reverse("action_items:list")}
    return form_page(
        request, form, "action_items/view_form.html", act, to=lambda row: row.address, extra=extra
    )


def view_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    view = _find(request, uuid)
    require(policies.can_edit_view(request.user, view), "A view is changed by who saved it.")
    initial = {"name": view.name, "is_board": view.is_board, "query": view.query}
    initial["team"] = view.team.slug if view.team else None
    form = ViewForm(request.POST or None, user=request.user, initial=initial)

    def act(data: dict[str, Any]) -> SavedView:
        changes: dict[str, Any] = {name: data[name] for name in ("name", "team", "is_board") if name in data}
        return edit_view(view, changes=changes, by=request.user)

    extra = {
        "view": view,
        "chosen": in_words(view.query, request),
        "cancel_url": reverse("action_items:views"),
    }
    to = lambda _: reverse("action_items:views")  # noqa: E731
    return form_page(request, form, "action_items/view_form.html", act, to=to, extra=extra)


@require_POST
def view_delete(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    view = _find(request, uuid)
    delete_view(view, by=request.user)
    messages.success(request, f"Deleted the view “{view.name}”.")
    return redirect("action_items:views")


def _find(request: SignedInRequest, uuid: UUID) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user).with_all(), uuid=uuid)
