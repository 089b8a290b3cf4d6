"""Who may read a private incident: the page that says so, giving access, and taking it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import AccessForm
from apps.incidents.models import IncidentGrant
from apps.incidents.operations import grant_access, revoke_access
from apps.incidents.operations.access import ONLY
from apps.incidents.views.finding import find
from apps.incidents.views.readers import readers_of


def access_page(request: SignedInRequest, key: str) -> HttpResponse:
    incident, now = find(request, key), timezone.now()
    require(request.method != "POST" or policies.can_share(request.user, incident), ONLY)
    asked = {name: request.GET[name] for name in ("person", "team") if name in request.GET}
    form = AccessForm(request.POST or None, user=request.user, now=now, asked=asked)

    def act(data: dict[str, Any]) -> IncidentGrant:
        return grant_access(incident, **data, by=request.user, now=now)

    extra = {"incident": incident, "now": now, "readers": readers_of(incident, request.user, now=now)}
    return form_page(request, form, "incidents/access.html", act, extra=extra)


def access_end(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    incident = find(request, key)
    grant = get_object_or_404(incident.grants.with_names(), uuid=uuid)
    require(policies.can_share(request.user, incident), ONLY)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def act(_data: dict[str, Any]) -> IncidentGrant:
        return revoke_access(grant, by=request.user, now=timezone.now())

    extra = {"incident": incident, "grant": grant, "now": timezone.now()}
    return form_page(request, form, "incidents/access_end.html", act, extra=extra)
