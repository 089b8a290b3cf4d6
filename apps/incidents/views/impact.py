"""Impact windows of an incident, and declaring anew what came back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import WindowForm
from apps.incidents.models import ImpactWindow, Incident
from apps.incidents.operations import (
    add_window,
    close_window,
    declare_recurrence,
    delete_window,
    edit_window,
)
from apps.incidents.views.finding import find, press, read, visible

REFUSED = "Only responders say what the impact was. Take a role first."


def find_window(request: SignedInRequest, key: str, uuid: str) -> ImpactWindow:
    rows = ImpactWindow.objects.select_related("incident", "service")
    window = get_object_or_404(rows, uuid=uuid, incident__key=key, incident__in=visible(request))
    read(request, window.incident)
    return window


def window_new(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(policies.can_respond(request.user, incident), REFUSED)
    first = {"service": incident.services.first(), "start": incident.started_at, "end": incident.ended_at}
    form = WindowForm(request.POST or None, incident=incident, initial=first)

    def act(data: dict[str, Any]) -> ImpactWindow:
        seen = data.pop("version")
        return add_window(incident, **data, seen=seen, by=request.user, now=timezone.now())

    return window_page(request, form, incident, act)


def window_edit(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    window = find_window(request, key, uuid)
    require(policies.can_respond(request.user, window.incident), REFUSED)
    form = WindowForm(request.POST or None, incident=window.incident, window=window)

    def act(data: dict[str, Any]) -> ImpactWindow:
        seen = data.pop("version")
        return edit_window(window, changes=data, seen=seen, by=request.user, now=timezone.now())

    return window_page(request, form, window.incident, act, window=window)


def window_page(
    request: SignedInRequest, form: WindowForm, incident: Incident, act: Any, **extra: Any
) -> HttpResponse:
    context = {"incident": incident, "window": None, **extra}
    to = incident.get_absolute_url()
    return form_page(request, form, "incidents/impact.html", act, to=lambda _row: to, extra=context)


@require_POST
def window_end(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    window = find_window(request, key, uuid)
    return press(
        request,
        window.incident,
        lambda: close_window(window, by=request.user, now=timezone.now()),
        "The impact window is closed.",
    )


@require_POST
def window_delete(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    window = find_window(request, key, uuid)
    return press(
        request,
        window.incident,
        lambda: delete_window(window, by=request.user),
        "The impact window is removed.",
    )


def incident_recur(request: SignedInRequest, key: str) -> HttpResponse:
    """One click on the incident's page; by itself a page that says what the click does."""
    incident = find(request, key)
    require(policies.can_declare(request.user), "Auditors read incidents; they do not declare them.")
    form = forms.Form(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        "incidents/recur.html",
        lambda _data: declare_recurrence(incident, by=request.user, now=timezone.now()),
        extra={"incident": incident},
    )
