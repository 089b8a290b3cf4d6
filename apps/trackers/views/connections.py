from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page, secret_page
from apps.trackers import operations
from apps.trackers.filters import ConnectionFilter
from apps.trackers.forms import ConnectionForm
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.views.finding import find_connection, keepers_only

COLUMNS = [
    ("tracker", lambda row: row.uuid),
    ("name", lambda row: row.name),
    ("kind", lambda row: row.kind),
    ("team", lambda row: row.team.slug if row.team else ""),
    ("host", lambda row: row.host),
    ("project", lambda row: row.project),
    ("state", lambda row: row.state),
    ("trouble", lambda row: row.trouble),
    ("linked", lambda row: row.linked),
    ("waiting", lambda row: row.waiting),
    ("troubled", lambda row: row.troubled),
    ("pulled_at", lambda row: row.pulled_at),
]


def connection_list(request: SignedInRequest) -> HttpResponseBase:
    keepers_only(request)
    rows = Connection.objects.visible_to(request.user).with_team().with_tallies()
    page, table = "trackers/list.html", "trackers/_table.html"
    return list_page(
        request, rows, ConnectionFilter, page, table=table, csv=COLUMNS, extra={"noun": "tracker"}
    )


def connection_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    connection = find_connection(request, uuid)
    refs = ExternalRef.objects.visible_to(request.user)
    heard = connection.deliveries.select_related("ref__item").filter(ref__in=refs.values("pk"))
    context = {"connection": connection, "now": timezone.now(), "heard": heard.order_by("-pk")[:5]}
    return render(request, "trackers/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_new(request: SignedInRequest) -> HttpResponse:
    """The webhook's secret is on the page that answers the form and nowhere else, so there is no redirect to it."""
    keepers_only(request)
    return secret_page(
        request,
        ConnectionForm(request.POST or None, user=request.user),
        "trackers/form.html",
        lambda data: _add(request, data),
        lambda made: _first_page_of(request, made),
        already="This tracker was connected already. Its secret is shown once; replace it if it is lost.",
        to="trackers:list",
    )


def _add(request: SignedInRequest, data: dict[str, Any]) -> Connection:
    try:
        return operations.add_connection(**data, by=request.user, now=timezone.now())
    except PermissionDenied as refusal:  # for this team: another may be chosen in the form
        raise ValidationError(str(refusal)) from refusal


def _first_page_of(request: SignedInRequest, made: Connection) -> HttpResponse:
    context = {"connection": made, "secret": operations.present_hook_secret(made)}
    return render(request, "trackers/secret_shown.html", context)


def connection_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    connection = find_connection(request, uuid)
    form = ConnectionForm(request.POST or None, user=request.user, connection=connection)
    return form_page(
        request,
        form,
        "trackers/form.html",
        lambda data: _edit(request, connection, data),
        extra={"connection": connection},
    )


def _edit(request: SignedInRequest, connection: Connection, data: dict[str, Any]) -> Connection:
    seen = data.pop("version")
    return operations.edit_connection(
        connection, changes=data, seen=seen, by=request.user, now=timezone.now()
    )
