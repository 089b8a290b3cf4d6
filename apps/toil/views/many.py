"""Several entries at once: choose what is to change, look at what would become of each, change them, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.buttons import press
from apps.core.choosing import MOST_ROWS, Choice, first_of, of_list, versions_of
from apps.core.errors import in_words
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.core.ways import way_back
from apps.toil import operations
from apps.toil.filters import ToilEntryFilter
from apps.toil.many.choosing import of_ids, visible_rows
from apps.toil.many.forms import ManyForm
from apps.toil.models import EntryChange, EntryChangeRow, ToilEntry
from apps.toil.views.changed import changed_words, recompute_changed

CHANGE_NOTHING = "You can read entries, but not change any."


@require_http_methods(["GET", "POST"])
def many_edit(request: SignedInRequest) -> HttpResponse:
    """What is to change; sent, it answers with what would become of each entry."""
    require(request.user.may_write, CHANGE_NOTHING)
    choice = _chosen(request)
    if not choice.rows:
        return render(request, "toil/many_none.html", {"next": _back(request)})
    if "merge" in request.GET:
        return _merge_page(request, choice)
    data = request.POST if request.method == "POST" else None
    form, context = ManyForm(data, user=request.user), _context(request, choice)
    if "back" in request.POST or not (form.is_bound and form.is_valid()):
        return render(request, "toil/many.html", {"form": form, **context})
    chosen = [(entry, entry.version) for entry in choice.rows]
    outcomes = operations.preview_entry_change(chosen, form.wish, by=request.user, now=timezone.now())
    context |= {
        "changed": [(outcome, changed_words(outcome.changes)) for outcome in outcomes if outcome.changes],
        "refused": [outcome for outcome in outcomes if not outcome.changes],
        "once": uuid4().hex,
    }
    return render(request, "toil/many_preview.html", {"form": form, **context})


@require_POST
def many_apply(request: SignedInRequest) -> HttpResponse:
    """As it was looked at: whatever changed since then is left alone."""
    require(request.user.may_write, CHANGE_NOTHING)
    seen = versions_of(request.POST.getlist("rows"))
    choice = first_of(of_ids(request.user, seen))
    if not choice.rows:
        return redirect(_back(request))
    chosen = [(entry, seen.get(str(entry.uuid))) for entry in choice.rows]
    is_merge = "merge" in request.POST
    form = forms.Form(request.POST) if is_merge else ManyForm(request.POST, user=request.user)

    def act(_: dict[str, Any]) -> EntryChange:
        if choice.left_out:
            raise ValidationError(f"At most {MOST_ROWS} entries change at once.")
        now = timezone.now()
        if isinstance(form, ManyForm):
            change = operations.change_entries(chosen, form.wish, by=request.user, now=now)
        else:
            change = operations.merge_entries(chosen, by=request.user, now=now)
        recompute_changed(change, now)
        return change

    template = "toil/merge.html" if is_merge else "toil/many.html"
    return form_page(request, form, template, act, extra=_context(request, choice))


def _merge_page(request: SignedInRequest, choice: Choice[ToilEntry]) -> HttpResponse:
    context: dict[str, Any] = {"form": forms.Form(), "once": uuid4().hex, **_context(request, choice)}
    try:
        context["joined"] = operations.joined(choice.rows)
    except ValidationError as refusal:
        context["refusal"] = in_words(refusal)
    return render(request, "toil/merge.html", context)


@require_safe
def entry_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What became of each entry, and for a while the way back."""
    change = _find(request, uuid)
    rows = [
        (row, changed_words(row.changes))
        for row in EntryChangeRow.objects.seen_by(request.user).filter(change=change)
    ]
    context = {
        "change": change,
        "changed": [pair for pair in rows if pair[0].before or pair[0].is_made],
        "refused": [pair for pair in rows if not pair[0].before and not pair[0].is_made],
        "kept": sum(1 for row, _ in rows if row.undo_refusal),
        "can_undo": change.can_be_undone(timezone.now()) and request.user.may_write,
    }
    return render(request, "toil/many_change.html", context)


@require_POST
def entry_change_undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    change, now = _find(request, uuid), timezone.now()

    def act() -> None:
        operations.undo_entry_change(change, by=request.user, now=now)
        recompute_changed(change, now)

    return press(request, act, to=change)


def _find(request: SignedInRequest, uuid: UUID) -> EntryChange:
    return get_object_or_404(EntryChange.objects.visible_to(request.user), uuid=uuid)


def _chosen(request: SignedInRequest) -> Choice[ToilEntry]:
    if request.method == "POST" or "all" not in request.GET:
        marks = [*request.GET.getlist("selected"), *request.POST.getlist("selected")]
        return first_of(of_ids(request.user, versions_of(marks)))
    found = ToilEntryFilter(request.GET, queryset=visible_rows(request.user), request=request)
    return of_list(found.qs) if found.form.is_valid() else Choice([])


def _context(request: SignedInRequest, choice: Choice[ToilEntry]) -> dict[str, Any]:
    count = len(choice.rows)
    return {
        "rows": choice.rows,
        "left_out": choice.left_out,
        "counted": f"{count} {'entry' if count == 1 else 'entries'}",
        "next": _back(request),
        "joined": None,
        "refusal": "",
    }


def _back(request: SignedInRequest) -> str:
    return way_back(request, reverse("toil:overview"))
