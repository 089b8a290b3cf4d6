"""Splitting an item, merging others into it, and undoing that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.action_items import operations, policies
from apps.action_items.forms.reshaping import MergeForm, SplitForm, UnmergeForm, UnsplitForm
from apps.action_items.models import ActionItem
from apps.action_items.operations.merging import check_is_merged, check_takes_others
from apps.action_items.operations.splitting import check_is_to_split
from apps.action_items.operations.unsplitting import changed_since, standing_split
from apps.action_items.views.pages import find
from apps.core.digits import number_in
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require


@require_http_methods(["GET", "POST"])
def item_split(request: SignedInRequest, key: str) -> HttpResponse:
    item, count = find(request, key), _count(request.POST.get("count", ""))
    require(policies.can_edit_action_item(request.user, item))
    if away := _turned_away(request, item, check_is_to_split):
        return away
    extra = {"item": item, "watchers": item.watches.count(), "links": _links(item)}
    if "more" in request.POST:
        form = SplitForm(item=item, count=count + 1, initial={**request.POST.dict(), "count": count + 1})
        return render(
            request, "action_items/split.html", {"form": form, "once": request.POST.get("once"), **extra}
        )
    form = SplitForm(request.POST or None, item=item, count=count)

    def act(data: dict[str, Any]) -> ActionItem:
        made = operations.split_action_item(item, **data, by=request.user, now=timezone.now())
        messages.success(request, f"{item.key} is split: {', '.join(part.key for part in made)} came of it.")
        return item

    return form_page(request, form, "action_items/split.html", act, extra=extra)


@require_http_methods(["GET", "POST"])
def item_unsplit(request: SignedInRequest, key: str) -> HttpResponse:
    """What becomes of each, or which of them stand in the way."""
    item, seen = find(request, key), ActionItem.objects.visible_to(request.user)
    require(policies.can_edit_action_item(request.user, item))
    split = standing_split(item)
    changed = {one.pk for one in changed_since(split)} if split else set()
    parts = seen.filter(pk__in=split.versions).exclude(pk=item.pk) if split else seen.none()
    extra = {"item": item, "split": split, "changed": changed, "parts": parts.order_by("number")}

    def act(data: dict[str, Any]) -> ActionItem:
        return operations.unsplit_action_item(item, **data, by=request.user, now=timezone.now())

    form = UnsplitForm(request.POST or None)
    return form_page(request, form, "action_items/unsplit.html", act, extra=extra)


@require_http_methods(["GET", "POST"])
def item_merge(request: SignedInRequest, key: str) -> HttpResponse:
    """First which ones, then what becomes of each, then it is done."""
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))
    if away := _turned_away(request, item, check_takes_others):
        return away
    form = MergeForm(request.POST or None, user=request.user, item=item)
    if request.method == "POST" and "sure" not in request.POST and form.is_valid():
        others = form.cleaned_data["merged"]
        context = {"item": item, "others": [(one, _brings(one), _points_out(item, one)) for one in others]}
        context |= {"reason": form.cleaned_data["reason"], "once": request.POST.get("once")}
        return render(request, "action_items/merge_confirm.html", context)

    def act(data: dict[str, Any]) -> ActionItem:
        row = operations.merge_action_items(item, **data, by=request.user, now=timezone.now())
        messages.success(request, f"Merged into {row.key}: {', '.join(one.key for one in data['merged'])}.")
        return row

    return form_page(request, form, "action_items/merge.html", act, extra={"item": item})


@require_http_methods(["GET", "POST"])
def item_unmerge(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))
    if away := _turned_away(request, item, check_is_merged):
        return away

    def act(data: dict[str, Any]) -> ActionItem:
        return operations.unmerge_action_item(item, **data, by=request.user, now=timezone.now())

    form = UnmergeForm(request.POST or None)
    return form_page(request, form, "action_items/unmerge.html", act, extra={"item": item})


def _turned_away(
    request: SignedInRequest, item: ActionItem, check: Callable[[ActionItem], None]
) -> HttpResponse | None:
    """What could only be refused is refused before somebody has filled it in."""
    if request.method == "GET":
        try:
            check(item)
        except Conflict as refusal:
            messages.error(request, refusal.message)
            return redirect(item)
    return None


def _count(text: str) -> int:
    found = number_in(text, digits=2)
    return 2 if found is None else found


def _links(item: ActionItem) -> int:
    return item.waits_for.count() + item.holds_up.count()


def _brings(other: ActionItem) -> dict[str, int]:
    """What comes along."""
    return {"steps": other.checklist_count, "watchers": other.watches.count(), "links": _links(other)}


def _points_out(item: ActionItem, other: ActionItem) -> list[str]:
    """What the one that stays should perhaps take over: nothing of it happens by itself."""
    found = []
    if other.due_on and (item.due_on is None or other.due_on < item.due_on):
        found.append(
            f"{other.key} was promised for an earlier day. Move the date of {item.key} if that still counts."
        )
    if other.priority < item.priority:
        found.append(f"{other.key} is P{other.priority}, {item.key} P{item.priority}.")
    return found
