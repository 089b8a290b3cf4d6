from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.filters import IncidentFilter
from apps.incidents.forms import DeclareForm, IncidentForm
from apps.incidents.forms.fields import MINUTES
from apps.incidents.models import Incident, Severity
from apps.incidents.operations import declare_incident, edit_incident
from apps.incidents.views.finding import find, read, visible
from apps.incidents.views.links import relations_page
from apps.incidents.views.page import page_of
from apps.services.models import Service

COLUMNS = [
    ("key", lambda row: row.key),
    ("title", lambda row: row.title),
    ("severity", lambda row: row.severity),
    ("status", lambda row: row.status),
    ("kind", lambda row: row.kind),
    ("services", lambda row: " ".join(service.slug for service in row.services.all())),
    ("commander", lambda row: row.commander.slug if row.commander else ""),
    ("started_at", lambda row: row.started_at),
    ("mitigated_at", lambda row: row.mitigated_at),
    ("resolved_at", lambda row: row.resolved_at),
    ("update_due_at", lambda row: row.update_due_at),
    ("is_private", lambda row: "yes" if row.is_private else "no"),
]
SEVERITIES = [
    (Severity.SEV1, "Product is down", "Most customers cannot use it, or data is at risk."),
    (Severity.SEV2, "Main task is broken", "Many customers are blocked; no good way round."),
    (Severity.SEV3, "Something is worse", "Some customers notice; there is a way round."),
    (Severity.SEV4, "Could get worse", "Nobody outside notices yet."),
]
OPEN_SHOWN = 5


def incident_list(request: SignedInRequest) -> HttpResponseBase:
    now = timezone.now()
    extra: dict[str, Any] = {"noun": "incident", "now": now, "default_sort": "-started_at"}
    if not request.htmx:
        extra |= {
            "open_count": visible(request).open().count(),
            "tabs": tabs(request),
            "can_declare": policies.can_declare(request.user),
        }
    return list_page(
        request,
        visible(request).for_list(),
        IncidentFilter,
        "incidents/list.html",
        table="incidents/_table.html",
        csv=COLUMNS,
        extra=extra,
    )


def tabs(request: SignedInRequest) -> list[tuple[str, str, bool]]:
    """Saved views as (name, query, is this it)."""
    since = timezone.now().date() - timedelta(days=90)
    views = [
        ("All", ""),
        ("Open", "status=open"),
        ("Last 90 days", f"from={since:%Y-%m-%d}"),
        ("SEV1 and SEV2", "severity=1&severity=2"),
        ("Update late", "update=late"),
    ]
    here = request.GET.copy()
    for name in ("page", "sort"):
        here.pop(name, None)
    return [(name, query, here.urlencode() == query) for name, query in views]


def incident_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_declare(request.user), "Auditors read incidents; they do not declare them.")
    now = timezone.now()
    asked = Service.objects.visible_to(request.user).filter(slug=request.GET.get("service", "")).first()
    initial = {"services": [asked.slug]} if asked else {}
    form = DeclareForm(request.POST or None, user=request.user, initial=initial)
    open_now = visible(request).open().for_list().order_by("-started_at")[: OPEN_SHOWN + 1]
    return form_page(
        request,
        form,
        "incidents/new.html",
        lambda data: declare_incident(**form.keywords(data, user=request.user), by=request.user, now=now),
        extra={
            "severities": SEVERITIES,
            "open_now": open_now,
            "now": now,
            "ago": [(minutes, f"{now - timedelta(minutes=minutes):{MINUTES}}") for minutes in (5, 15, 60)],
        },
    )


def incident_detail(request: SignedInRequest, key: str) -> HttpResponse:
    incident = get_object_or_404(visible(request).for_page(), key=key)
    heir = visible(request).heir_of(incident)
    if heir:
        return HttpResponsePermanentRedirect(heir.get_absolute_url())
    read(request, incident)
    context = page_of(request, incident, now=timezone.now()) | relations_page(request, incident)
    return render(request, "incidents/detail.html", context)


def incident_edit(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(
        policies.can_respond(request.user, incident), "Only responders edit an incident. Take a role first."
    )
    form = IncidentForm(request.POST or None, user=request.user, incident=incident)

    def act(data: dict[str, Any]) -> Incident:
        seen = data.pop("version")
        return edit_incident(incident, changes=data, seen=seen, by=request.user, now=timezone.now())

    extra = {"incident": incident, "severities": SEVERITIES}
    return form_page(request, form, "incidents/edit.html", act, extra=extra)
