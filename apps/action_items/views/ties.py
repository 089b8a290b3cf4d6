"""Which item waits for which."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.action_items import operations, policies
from apps.action_items.forms.ties import DependencyForm
from apps.action_items.models import ActionItem, Dependency
from apps.action_items.ties import ties_of
from apps.action_items.views.pages import find
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require


@require_http_methods(["GET", "POST"])
def dependency_new(request: SignedInRequest, key: str) -> HttpResponse:
    item, user = find(request, key), request.user
    require(policies.can_edit_action_item(user, item))
    form = DependencyForm(request.POST or None, user=user, item=item)

    def act(data: dict[str, Any]) -> ActionItem:
        blocked, blocker = (item, data["other"]) if data["way"] == "waits_for" else (data["other"], item)
        operations.add_dependency(blocked, blocker=blocker, by=user, now=timezone.now())
        return item

    return form_page(request, form, "action_items/dependency.html", act, extra={"item": item})


@require_POST
def dependency_remove(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    item = find(request, key)
    link = get_object_or_404(Dependency.objects.visible_to(request.user).around(item), uuid=uuid)
    operations.remove_dependency(link, by=request.user)
    messages.success(request, "The two no longer wait for each other.")
    return redirect(f"{item.get_absolute_url()}#dependencies")


def say_what_does_not_fit(request: SignedInRequest, item: ActionItem) -> None:
    """After it was closed: a word, never a refusal."""
    for one in ties_of(item, request.user).warnings:
        messages.warning(request, f"{item.key}: {one.text}")
