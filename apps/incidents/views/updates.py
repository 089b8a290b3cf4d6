"""Status updates: written and corrected on a page of their own."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import PublicEndForm, UpdateEditForm, UpdateForm
from apps.incidents.models import EntryKind, Incident, TimelineEntry
from apps.incidents.operations import edit_update, post_update, waive_public_end
from apps.incidents.views.finding import find, find_entry
from apps.incidents.views.timeline import entry_page


def update_new(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(policies.can_post(request.user, incident), "You can read this timeline, but not write into it.")
    return form_page(
        request,
        UpdateForm(request.POST or None, user=request.user, incident=incident),
        "incidents/update_new.html",
        lambda data: post_update(incident, **data, by=request.user, now=timezone.now()),
        to=lambda _entry: incident.get_absolute_url(),
        extra={"incident": incident, "can_publish": policies.can_publish(request.user, incident)},
    )


def update_edit(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    entry = find_entry(request, key, uuid)
    if entry.kind != EntryKind.REPORT:
        raise Http404
    require(
        policies.can_edit_entry(request.user, entry), "Only its author and the responders change an entry."
    )

    def act(data: dict[str, Any]) -> TimelineEntry:
        return edit_update(entry, changes=data, by=request.user, now=timezone.now())

    return form_page(
        request,
        UpdateEditForm(request.POST or None, user=request.user, entry=entry),
        "incidents/update_edit.html",
        act,
        to=lambda _entry: entry.incident.get_absolute_url(),
        extra=entry_page(request, entry)
        | {"can_publish": policies.can_publish(request.user, entry.incident)},
    )


def public_end(request: SignedInRequest, key: str) -> HttpResponse:
    """Why strangers need not read that it is over."""
    incident = find(request, key)
    require(
        policies.can_publish(request.user, incident),
        "Only responders speak for it in public. Take a role first.",
    )

    def act(data: dict[str, Any]) -> Incident:
        return waive_public_end(incident, **data, by=request.user, now=timezone.now())

    form = PublicEndForm(request.POST or None)
    return form_page(request, form, "incidents/public_end.html", act, extra={"incident": incident})
