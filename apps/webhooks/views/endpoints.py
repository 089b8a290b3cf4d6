from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page, secret_page
from apps.webhooks import operations
from apps.webhooks.filters import EndpointFilter
from apps.webhooks.forms import EndpointForm
from apps.webhooks.models import Endpoint
from apps.webhooks.views.finding import admins_only, find_endpoint

COLUMNS = [
    ("webhook", lambda row: row.uuid),
    ("name", lambda row: row.name),
    ("format", lambda row: row.format),
    ("host", lambda row: row.host),
    ("events", lambda row: " ".join(row.events)),
    ("state", lambda row: row.state),
    ("last_delivered_at", lambda row: row.last_delivered_at),
    ("waiting", lambda row: row.waiting),
    ("dead", lambda row: row.dead),
]


def endpoint_list(request: SignedInRequest) -> HttpResponseBase:
    admins_only(request)
    rows = Endpoint.objects.visible_to(request.user).with_tallies()
    page, table = "webhooks/list.html", "webhooks/_table.html"
    return list_page(request, rows, EndpointFilter, page, table=table, csv=COLUMNS, extra={"noun": "webhook"})


def endpoint_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    endpoint = find_endpoint(request, uuid)
    context = {"endpoint": endpoint, "now": timezone.now(), "once": uuid4().hex}
    return render(request, "webhooks/detail.html", context)


def endpoint_new(request: SignedInRequest) -> HttpResponse:
    """The secret is on the page that answers the form and nowhere else, so there is no redirect to it."""
    admins_only(request)
    return secret_page(
        request,
        EndpointForm(request.POST or None),
        "webhooks/form.html",
        lambda data: _add(request, data),
        lambda made: _first_page_of(request, made),
        already="This webhook was added already. Its secret is shown once; replace it if it is lost.",
        to="webhooks:list",
    )


def _add(request: SignedInRequest, data: dict[str, Any]) -> Endpoint:
    fields = {name: value for name, value in data.items() if name != "version"}
    return operations.add_endpoint(**fields, by=request.user, now=timezone.now())


def _first_page_of(request: SignedInRequest, made: Endpoint) -> HttpResponse:
    secret = operations.present_secret(made)
    return render(request, "webhooks/secret_shown.html", {"endpoint": made, "secret": secret})


def endpoint_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    endpoint = find_endpoint(request, uuid)
    form = EndpointForm(request.POST or None, initial=EndpointForm.of(endpoint))
    return form_page(
        request,
        form,
        "webhooks/form.html",
        lambda data: _edit(request, endpoint, data),
        extra={"endpoint": endpoint},
    )


def _edit(request: SignedInRequest, endpoint: Endpoint, data: dict[str, Any]) -> Endpoint:
    seen = data.pop("version")
    return operations.edit_endpoint(endpoint, changes=data, seen=seen, by=request.user, now=timezone.now())
