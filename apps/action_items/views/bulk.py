"""Many items at once: choose what is to change, look at what would become of each, change them, take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.action_items.choosing import of_keys, visible_rows
from apps.action_items.filters import ActionItemListFilter
from apps.action_items.forms.bulk import HEADINGS, BulkForm
from apps.action_items.models import ActionItem, BulkChange
from apps.action_items.operations import apply_bulk_change, preview_bulk_change, undo_bulk_change
from apps.core.buttons import press
from apps.core.choosing import MOST_ROWS, Choice, of_list, versions_of
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.core.ways import way_back

WORDS = {"status": "State", "owner": "Owner", "team": "Team", "priority": "Priority", "due_on": "Due"}
NOTHING = {"owner": "nobody", "team": "no team", "due_on": "no date"}
CHANGE_NOTHING = "You can read action items, but not change any."


@require_http_methods(["GET", "POST"])
def bulk_edit(request: SignedInRequest) -> HttpResponse:
    """What is to change; sent, it answers with what would become of each item."""
    require(request.user.may_write, CHANGE_NOTHING)
    choice = _chosen(request)
    if not choice.rows:
        return render(request, "action_items/bulk_none.html", {"next": _way_back(request)})
    form, context = _form(request), _context(request, choice)
    if "back" in request.POST or not (form.is_bound and form.is_valid()):
        return render(request, "action_items/bulk.html", {"form": form, **context})
    chosen = [(item, item.version) for item in choice.rows]
    outcomes = preview_bulk_change(chosen, form.wish, by=request.user, now=timezone.now())
    shown = [(outcome, in_words(outcome.changes)) for outcome in outcomes]
    context |= {
        "changed": [pair for pair in shown if pair[1]],
        "refused": [outcome for outcome in outcomes if not outcome.changes],
        "once": uuid4().hex,
    }
    return render(request, "action_items/bulk_preview.html", {"form": form, **context})


@require_POST
def bulk_apply(request: SignedInRequest) -> HttpResponse:
    """As it was looked at: whatever changed since then is left alone."""
    require(request.user.may_write, CHANGE_NOTHING)
    seen = versions_of(map(str.upper, request.POST.getlist("rows")))
    choice = of_keys(visible_rows(request.user), seen)
    if not choice.rows:
        return redirect(_way_back(request))
    form = _form(request)
    chosen = [(item, seen[item.key]) for item in choice.rows]

    def act(_: dict[str, Any]) -> BulkChange:
        if choice.left_out:
            raise ValidationError(f"At most {MOST_ROWS} action items change at once.")
        return apply_bulk_change(chosen, form.wish, by=request.user, now=timezone.now())

    return form_page(request, form, "action_items/bulk.html", act, extra=_context(request, choice))


@require_safe
def bulk_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What became of each item, and for a while the way back."""
    change = _find(request, uuid)
    seen = (
        ActionItem.objects.visible_to(request.user).lean().in_bulk(change.rows.values_list("item", flat=True))
    )
    rows = [
        (seen[row.item_id], row, in_words(row.changes)) for row in change.rows.all() if row.item_id in seen
    ]
    context = {
        "change": change,
        "changed": [each for each in rows if each[1].before],
        "refused": [each for each in rows if not each[1].before],
        "kept": sum(1 for _, row, _ in rows if row.undo_refusal),
        "can_undo": change.can_be_undone(timezone.now()) and request.user.may_write,
    }
    return render(request, "action_items/bulk_change.html", context)


@require_POST
def bulk_undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    change = _find(request, uuid)
    return press(request, lambda: undo_bulk_change(change, by=request.user, now=timezone.now()), to=change)


def in_words(changes: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """(field, before, after) as they are read aloud."""
    return [(WORDS[name], _shown(name, old), _shown(name, new)) for name, (old, new) in changes.items()]


def _shown(name: str, value: str) -> str:
    if name == "due_on" and value:
        day = date.fromisoformat(value)
        return f"{day:%a} {day.day} {day:%b %Y}"
    return value or NOTHING.get(name, "nothing")


def _find(request: SignedInRequest, uuid: UUID) -> BulkChange:
    return get_object_or_404(BulkChange.objects.visible_to(request.user), uuid=uuid)


def _chosen(request: SignedInRequest) -> Choice[ActionItem]:
    rows = visible_rows(request.user)
    if request.method == "POST" or "all" not in request.GET:
        return of_keys(rows, [*request.GET.getlist("selected"), *request.POST.getlist("selected")])
    chosen = ActionItemListFilter(request.GET, queryset=rows, request=request)
    return (
        of_list(chosen.qs) if chosen.form.is_valid() else Choice([])
    )  # a filter that is not read finds too much


def _form(request: SignedInRequest) -> BulkForm:
    return BulkForm(request.POST if request.method == "POST" else None, do=_do(request))


def _do(request: SignedInRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("do", "")


def _context(request: SignedInRequest, choice: Choice[ActionItem]) -> dict[str, Any]:
    do = _do(request)
    return {
        "rows": choice.rows,
        "left_out": choice.left_out,
        "do": do,
        "step": HEADINGS.get(do, "Change"),
        "heading": _heading(do, len(choice.rows)),
        "next": _way_back(request),
        "today": timezone.localdate(),
    }


def _heading(do: str, count: int) -> str:
    items = f"{count} action item{'' if count == 1 else 's'}"
    return f"{HEADINGS[do]}: {items}" if do in HEADINGS else f"Change {items}"


def _way_back(request: SignedInRequest) -> str:
    return way_back(request, reverse("action_items:list"))
