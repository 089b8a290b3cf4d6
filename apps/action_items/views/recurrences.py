"""Which open item would have helped when an incident came back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.action_items import policies
from apps.action_items.filters import RecurrenceFilter
from apps.action_items.forms.looking_back import RecurrenceForm, UndoForm
from apps.action_items.models import Recurrence
from apps.action_items.operations import mark_recurrence, say_it_came_back, undo_recurrence
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.models import Incident, IncidentLink, LinkKind
from apps.incidents.operations import note_reading

COLUMNS = [
    ("id", lambda row: row.uuid),
    ("at", lambda row: row.at),
    ("incident", lambda row: row.incident.key),
    ("action_item", lambda row: row.action_item.key),
    ("team", lambda row: row.action_item.team.slug if row.action_item.team else ""),
    ("days_overdue", lambda row: row.days_overdue),
    ("priority_before", lambda row: row.get_priority_before_display()),
    ("undone_at", lambda row: row.undone_at),
    ("undo_reason", lambda row: row.undo_reason),
]


def recurrence_list(request: SignedInRequest) -> HttpResponseBase:
    return list_page(
        request,
        Recurrence.objects.visible_to(request.user).with_all(),
        RecurrenceFilter,
        "action_items/recurrences.html",
        table="action_items/_recurrences.html",
        csv=COLUMNS,
        extra={"noun": "recurrence"},
    )


def recurrence_new(request: SignedInRequest, incident: str) -> HttpResponse:
    """Asked of `incident` when it is said to be `?of=` again."""
    seen, user, now = Incident.objects.visible_to(request.user), request.user, timezone.now()
    row = get_object_or_404(seen, key=incident)
    note_reading([row], by=user, now=now)
    require(
        policies.can_mark_recurrence(user, row),
        "Only responders say that an incident came back. Take a role first.",
    )
    of = seen.standing(request.POST.get("of", request.GET.get("of", "")).strip().upper())
    form = RecurrenceForm(
        request.POST or None, user=user, earlier=_earlier(of, seen), initial={"of": of.key if of else ""}
    )

    def act(data: dict[str, Any]) -> models.Model:
        if data["item"] is None:
            say_it_came_back(row, of=data["of"], by=user, now=now)
            return row
        return mark_recurrence(row, **data, by=user, now=now)

    return form_page(
        request,
        form,
        "action_items/recurrence_new.html",
        act,
        to=lambda _row: row.get_absolute_url(),
        extra={"incident": row, "of": of},
    )


def _earlier(of: Incident | None, seen: models.QuerySet[Incident]) -> list[Incident]:
    """The earlier incident, and those that it was itself a recurrence of."""
    if of is None:
        return []
    links = IncidentLink.objects.of_kind(LinkKind.RECURRENCE_OF).filter(from_incident=of)
    return [of, *seen.filter(pk__in=links.values("to_incident"))]


def recurrence_detail(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    return render(request, "action_items/recurrence.html", {"form": UndoForm(), **page_of(request, row)})


@require_POST
def recurrence_undo(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    require(policies.can_undo_recurrence(request.user, row))
    return form_page(
        request,
        UndoForm(request.POST),
        "action_items/recurrence.html",
        lambda data: undo_recurrence(row, **data, by=request.user, now=timezone.now()),
        extra=page_of(request, row),
    )


def page_of(request: SignedInRequest, row: Recurrence) -> dict[str, Any]:
    return {"row": row, "can_undo": not row.undone_at and policies.can_undo_recurrence(request.user, row)}


def find(request: SignedInRequest, uuid: str) -> Recurrence:
    row = get_object_or_404(Recurrence.objects.visible_to(request.user).with_all(), uuid=uuid)
    note_reading(row.incidents, by=request.user, now=timezone.now())
    return row
