"""Opening pages to strangers, and what an incident is called there."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.incidents.policies import can_publish
from apps.status_page import policies
from apps.status_page.board import default_title
from apps.status_page.filters import StatusPageFilter
from apps.status_page.forms import NewPageForm, PageForm, TitleForm
from apps.status_page.models import PublicTitle, StatusPage
from apps.status_page.operations import add_page, edit_page, set_public_title

COLUMNS = [
    ("slug", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("service", lambda row: row.service.slug if row.service else ""),
    ("is_on", lambda row: "yes" if row.is_on else "no"),
    ("description", lambda row: row.description),
]


def only_admins(request: SignedInRequest) -> None:
    """For others there is nothing here."""
    if not policies.can_set_up(request.user):
        raise Http404


def page_list(request: SignedInRequest) -> HttpResponseBase:
    only_admins(request)
    rows = StatusPage.objects.visible_to(request.user).with_service()
    page, table = "status_page/list.html", "status_page/_table.html"
    return list_page(
        request, rows, StatusPageFilter, page, table=table, csv=COLUMNS, extra={"noun": "status page"}
    )


def page_new(request: SignedInRequest) -> HttpResponse:
    only_admins(request)
    form = NewPageForm(request.POST or None, user=request.user)
    return form_page(request, form, "status_page/form.html", lambda data: add_page(**data, by=request.user))


def page_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    only_admins(request)
    page = get_object_or_404(StatusPage.objects.visible_to(request.user).with_service(), slug=slug)
    form = PageForm(request.POST or None, page=page)
    return form_page(
        request,
        form,
        "status_page/form.html",
        lambda data: edit_page(page, changes=data, by=request.user),
        extra={"page": page},
    )


def title_edit(request: SignedInRequest, key: str) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), key=key)
    note_reading([incident], by=request.user, now=timezone.now())
    require(
        can_publish(request.user, incident), "Only responders speak in public, and not of what is private."
    )
    known = PublicTitle.objects.filter(incident=incident).first()
    form = TitleForm(request.POST or None, initial={"title": known.title if known else ""})
    return form_page(
        request,
        form,
        "status_page/title.html",
        lambda data: set_public_title(incident, **data, by=request.user),
        extra={"incident": incident, "default": default_title(incident)},
    )
