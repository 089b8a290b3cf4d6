"""Incidents like one that is there or is being typed, each with what was promised after it and is not verified."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.core.http import SignedInRequest
from apps.incidents import policies
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.incidents.similarity import Similar, most_similar, similar_to, traits_of
from apps.services.models import Service

LONGEST_TITLE = 200
MOST_SERVICES = 50
Row = tuple[Similar, list[ActionItem]]


def similar_incidents(request: SignedInRequest) -> HttpResponse:
    """Of `?incident=KEY`, or of `?title=…&services=…` while they are typed. The page, or its rows alone to htmx."""
    key, user = request.GET.get("incident"), request.user
    incident = get_object_or_404(Incident.objects.visible_to(user), key=key) if key else None
    if incident:
        note_reading([incident], by=user, now=timezone.now())
    context: dict[str, Any] = {
        "incident": incident,
        "rows": with_promises(similar_to(incident, to=user) if incident else _typed(request), user),
        "can_mark": bool(incident and policies.can_respond(user, incident)),
        "now": timezone.now(),
    }
    template = "action_items/_similar.html" if request.htmx else "action_items/similar.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _typed(request: SignedInRequest) -> list[Similar]:
    chosen = request.GET.getlist("services")[:MOST_SERVICES]
    services = Service.objects.visible_to(request.user).filter(slug__in=chosen) if chosen else []
    traits = traits_of(request.GET.get("title", "")[:LONGEST_TITLE], services)
    return most_similar(traits, Incident.objects.visible_to(request.user))


def with_promises(found: Iterable[Similar], user: User) -> list[Row]:
    """One query for the items of all of them."""
    found = list(found)
    items: dict[int, list[ActionItem]] = {one.incident.pk: [] for one in found}
    rows = ActionItem.objects.visible_to(user).unverified().filter(incident__in=list(items))
    for item in rows.select_related("owner").order_by("priority", "due_on", "pk"):
        items[item.incident_id or 0].append(item)
    return [(one, items[one.incident.pk]) for one in found]
