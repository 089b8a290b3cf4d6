"""Rows that the reader may see, and the buttons on the page of one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core import buttons
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
    return buttons.press(request, act, said=said, to=incident)
