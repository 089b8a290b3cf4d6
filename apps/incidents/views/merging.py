"""Two told as one, and one told as two."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import MergeForm, SplitForm, UnmergeForm
from apps.incidents.models import Incident
from apps.incidents.operations import merge_incidents, split_incident, unmerge_incident
from apps.incidents.views.finding import find, visible


def incident_merge(request: SignedInRequest, key: str) -> HttpResponse:
    """Make others part of this one."""
    incident = find(request, key)
    require(policies.can_post(request.user, incident), "You can read this incident, but not merge into it.")
    form = MergeForm(request.POST or None, user=request.user, incident=incident)

    def act(data: dict[str, Any]) -> Incident:
        row = merge_incidents(incident, **data, by=request.user, now=timezone.now())
        messages.success(request, f"Merged into {row.key}: {', '.join(one.key for one in data['merged'])}.")
        return row

    extra = {"incident": incident, "can_move": policies.can_respond(request.user, incident)}
    return form_page(request, form, "incidents/merge.html", act, extra=extra)


def incident_split(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(
        policies.can_respond(request.user, incident), "Only responders split an incident. Take a role first."
    )
    form = SplitForm(request.POST or None, incident=incident)

    def act(data: dict[str, Any]) -> Incident:
        return split_incident(incident, **data, by=request.user, now=timezone.now())

    return form_page(request, form, "incidents/split.html", act, extra={"incident": incident})


def incident_unmerge(request: SignedInRequest, key: str) -> HttpResponse:
    """The one page of a merged incident that does not lead on."""
    incident = find(request, key)
    require(policies.can_unmerge(request.user, incident), "Only admins undo a merge.")

    def act(data: dict[str, Any]) -> Incident:
        return unmerge_incident(incident, **data, by=request.user, now=timezone.now())

    extra = {"incident": incident, "heir": visible(request).heir_of(incident)}
    return form_page(request, UnmergeForm(request.POST or None), "incidents/unmerge.html", act, extra=extra)
