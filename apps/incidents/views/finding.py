"""Rows that the reader may see, and how refusals of small buttons are said."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from apps.core.errors import Conflict, StaleVersion
from apps.core.http import SignedInRequest
from apps.incidents.models import Incident, IncidentQuerySet, TimelineEntry
from apps.incidents.operations import note_reading


def visible(request: SignedInRequest) -> IncidentQuerySet:
    return Incident.objects.visible_to(request.user)


def find(request: SignedInRequest, key: str) -> Incident:
    return read(request, get_object_or_404(visible(request), key=key))


def read(request: SignedInRequest, incident: Incident) -> Incident:
    """What was found by its key is being read; of a private one by an admin that is recorded."""
    note_reading([incident], by=request.user, now=timezone.now())
    return incident


def find_entry(request: SignedInRequest, key: str, uuid: str) -> TimelineEntry:
    rows = TimelineEntry.objects.select_related("incident", "author")
    entry = get_object_or_404(rows, uuid=uuid, incident__key=key, incident__in=visible(request))
    read(request, entry.incident)
    return entry


def press(request: SignedInRequest, incident: Incident, act: Callable[[], object], said: str) -> HttpResponse:
    """A button: do it, say it, back to the page. A refusal is said there too."""
    try:
        act()
    except Conflict as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "Somebody changed this meanwhile. Look again, then decide.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, said)
    return redirect(incident)
