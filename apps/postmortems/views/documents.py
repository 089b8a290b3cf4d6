"""List, reading page, published versions, and the forms above the sections."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.postmortems import policies
from apps.postmortems.filters import PostmortemFilter
from apps.postmortems.forms import DraftForm, PostmortemForm, ReviewForm
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import draft_postmortem, edit_postmortem
from apps.postmortems.reading import document_context
from apps.postmortems.views.finding import find
from apps.postmortems.views.owed import owed_line

COLUMNS = [
    ("key", lambda row: row.key),
    ("title", lambda row: row.title),
    ("status", lambda row: row.status),
    ("owner", lambda row: row.owner.email),
    ("incidents", lambda row: " ".join(incident.key for incident in row.seen_incidents)),
    ("services", lambda row: " ".join(service.slug for service in row.services)),
    ("tags", lambda row: " ".join(tag.name for tag in row.tags.all())),
    ("published_version", lambda row: row.published_version),
    ("published_at", lambda row: row.published_at),
    ("updated_at", lambda row: row.updated_at),
    ("exceptions", lambda row: " ".join(f"{each.gate}@{each.version}" for each in row.exceptions.all())),
    ("source_url", lambda row: row.source_url),
]


TABS = [
    ("", "All"),
    ("status=draft&status=changes_requested&status=in_review&status=approved", "Being written"),
    ("status=in_review", "In review"),
    ("status=published", "Published"),
    ("owner=me", "Mine"),
    ("exception=any", "Exceptions"),
]


def _tabs(request: SignedInRequest) -> list[tuple[str, str, bool]]:
    chosen = request.GET.urlencode()
    return [(f"{request.path}?{query}".rstrip("?"), label, query == chosen) for query, label in TABS]


def postmortem_list(request: SignedInRequest) -> HttpResponseBase:
    extra = {
        "can_add": policies.can_draft(request.user),
        "can_import": policies.can_import(request.user),
        "noun": "postmortem",
        "default_sort": "-number",
        "tabs": _tabs(request),
        "incident_key": request.GET.get("incident", ""),
        **owed_line(request),
    }
    rows = Postmortem.objects.for_reader(request.user)
    template, table = "postmortems/list.html", "postmortems/_table.html"
    return list_page(request, rows, PostmortemFilter, template, table=table, csv=COLUMNS, extra=extra)


def postmortem_detail(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    context = document_context(postmortem, request.user, wants_draft="draft" in request.GET)
    own = context.get("my_review")
    ticked = [check.item for check in own.checks.all()] if own else []
    form = ReviewForm(initial={"version": postmortem.version, "checks": ticked})
    return render(request, "postmortems/detail.html", context | {"form": form, "once": uuid.uuid4().hex})


def postmortem_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_draft(request.user), "You can read postmortems, but not write any.")
    keys = request.GET.get("incident", "")
    form = DraftForm(request.POST or None, user=request.user, initial={"incidents": keys})
    return form_page(
        request,
        form,
        "postmortems/new.html",
        lambda data: draft_postmortem(**data, now=timezone.now(), by=request.user),
        extra=_what_exists(request, keys),
    )


def _what_exists(request: SignedInRequest, keys: str) -> dict[str, Any]:
    """The incident a page came from, and the postmortems that it has already."""
    incident = Incident.objects.visible_to(request.user).filter(key=keys.upper()).first() if keys else None
    rows = Postmortem.objects.visible_to(request.user).with_people()
    return {"incident": incident, "existing": rows.filter(incidents=incident) if incident else []}


def postmortem_edit(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    require(policies.can_write(request.user, postmortem))
    form = PostmortemForm(request.POST or None, user=request.user, postmortem=postmortem)
    return form_page(
        request,
        form,
        "postmortems/edit.html",
        lambda data: edit_postmortem(
            postmortem, changes=form.changes(), seen=data["version"], now=timezone.now(), by=request.user
        ),
        extra={"postmortem": postmortem},
    )
