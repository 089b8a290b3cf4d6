"""The steps of an item. A press answers htmx with the list, everybody else with the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.action_items import operations, policies
from apps.action_items.forms.ties import StepForm
from apps.action_items.models import ActionItem, ChecklistStep
from apps.action_items.views.pages import find
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require


@require_http_methods(["GET", "POST"])
def step_new(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))

    def act(data: dict[str, Any]) -> ChecklistStep:
        return operations.add_step(item, **data, by=request.user)

    extra = {"item": item, "heading": "Add step"}
    return form_page(request, StepForm(request.POST or None), "action_items/step.html", act, extra=extra)


@require_http_methods(["GET", "POST"])
def step_edit(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    """Rename it, put it elsewhere; below, remove it."""
    step = _find_step(request, key, uuid)
    require(policies.can_edit_action_item(request.user, step.item))

    def act(data: dict[str, Any]) -> ChecklistStep:
        seen = data.pop("version")
        return operations.edit_step(step, changes=data, seen=seen, by=request.user, now=timezone.now())

    form = StepForm(request.POST or None, step=step)
    extra = {"item": step.item, "step": step, "heading": "Edit step"}
    return form_page(request, form, "action_items/step.html", act, extra=extra)


@require_POST
def step_tick(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    step = _find_step(request, key, uuid)
    return _press(request, step, {"is_done": bool(request.POST.get("done"))})


@require_POST
def step_move(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    """One up or one down."""
    step = _find_step(request, key, uuid)
    by = -1 if request.POST.get("to") == "up" else 1
    return _press(request, step, {"position": max(1, step.position + by)})


@require_POST
def step_remove(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    step = _find_step(request, key, uuid)
    said = f"“{step.text}” is removed."
    return _act(request, step.item, lambda: operations.remove_step(step, by=request.user), said=said)


def _press(request: SignedInRequest, step: ChecklistStep, changes: dict[str, Any]) -> HttpResponse:
    return _act(
        request,
        step.item,
        lambda: operations.edit_step(step, changes=changes, by=request.user, now=timezone.now()),
    )


def _act(
    request: SignedInRequest, item: ActionItem, act: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        act()
    except Conflict as refusal:
        messages.error(request, refusal.message)
    else:
        if said:
            messages.success(request, said)
    if request.htmx:
        fresh = find(request, item.key)
        return render(request, "action_items/_checklist_answer.html", {"item": fresh})
    return redirect(f"{item.get_absolute_url()}#checklist")


def _find_step(request: SignedInRequest, key: str, uuid: UUID) -> ChecklistStep:
    item = find(request, key)
    step: ChecklistStep = get_object_or_404(item.checklist.with_people(), uuid=uuid)
    step.item = item
    return step
