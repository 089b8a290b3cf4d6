from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.action_items import policies
from apps.action_items.forms.items import AssignForm, MoveForm, RedateForm
from apps.action_items.models import ActionItem, Status
from apps.action_items.operations import Usual, assign, redate, transition, usual_date
from apps.action_items.steps import label_of
from apps.action_items.ties import ENDED
from apps.action_items.views.pages import find
from apps.action_items.views.ties import say_what_does_not_fit
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.core.ways import way_back


def item_move(request: SignedInRequest, key: str, to: str) -> HttpResponse:
    """The form of one move; a move that needs nothing is sent here directly."""
    item = find(request, key)
    if to not in Status.values:
        raise Http404
    if request.method == "GET" and to not in item.next_statuses:
        messages.error(request, f"{item.key} is {item.get_status_display().lower()} already.")
        return redirect(item)
    require(
        request.user.may_write
        and (to == Status.VERIFIED or policies.can_edit_action_item(request.user, item))
    )
    form = MoveForm(request.POST if request.method == "POST" else None, user=request.user, item=item, to=to)
    if "due_on" in form.fields:
        form.initial["due_on"] = item.due_on
        form.offer(_usual_date(item, request), incident=item.incident)
    extra = {"item": item, "step": label_of(item, to), "to": to}
    answer = form_page(
        request,
        form,
        "action_items/move.html",
        lambda data: _move(request, item, to, data),
        to=lambda row: way_back(request, row.get_absolute_url()),
        extra=extra,
    )
    if hasattr(form, "conflict"):
        answer.status_code = 409
    return answer


def _move(request: SignedInRequest, item: ActionItem, to: str, data: dict[str, Any]) -> ActionItem:
    """What is possible instead is said in the words of the page, and what does not fit after it."""
    try:
        moved = transition(item, to=to, **data, by=request.user, now=timezone.now())
    except Conflict as refusal:
        words = [str(Status(one).label) for one in refusal.allowed]
        raise Conflict(refusal.message, allowed=words) from refusal
    if to in ENDED:
        say_what_does_not_fit(request, moved)
    return moved


def _usual_date(item: ActionItem, request: SignedInRequest) -> Usual:
    severity = item.incident.severity if item.incident else None
    owner = item.owner or request.user
    return usual_date(priority=item.priority, severity=severity, owner=owner, now=timezone.now())


@require_POST
def item_done(request: SignedInRequest, key: str) -> HttpResponse:
    """The button in a row: htmx gets the row as it is now, everybody else the page they came from."""
    item = find(request, key)
    try:
        item = transition(item, to=Status.DONE, by=request.user, now=timezone.now())
        messages.success(request, f"{item.key} is done.")
        say_what_does_not_fit(request, item)
    except (Conflict, ValidationError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    if not request.htmx:
        return redirect(way_back(request, item.get_absolute_url()))
    today = timezone.localdate()
    row = ActionItem.objects.visible_to(request.user).lean().in_groups(today).get(pk=item.pk)
    here = {"can_choose": request.user.may_write, "is_panel": "panel" in request.POST}
    return render(request, "action_items/_moved.html", {"item": row, "today": today, **here})


def item_redate(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))
    form = RedateForm(request.POST or None, item=item)
    return form_page(
        request,
        form,
        "action_items/redate.html",
        lambda data: redate(
            item,
            due_on=data["due_on"],
            reason=data["reason"],
            seen=data["version"],
            by=request.user,
            now=timezone.now(),
        ),
        extra={"item": item},
    )


def item_assign(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))
    form = AssignForm(request.POST or None, item=item)
    return form_page(
        request,
        form,
        "action_items/assign.html",
        lambda data: assign(
            item, owner=data["owner"], seen=data["version"], by=request.user, now=timezone.now()
        ),
        extra={"item": item},
    )
