"""One action item and its issue. For whoever may not see the item there is nothing here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from apps.action_items.models import ActionItem
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.operations import note_reading
from apps.trackers import operations
from apps.trackers.filters import ExternalRefFilter
from apps.trackers.forms import AskForm, LinkForm
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations.refs import NOT_YOURS, is_private
from apps.trackers.policies import can_link
from apps.trackers.wording import body_of, title_of

PAGE = ["GET", "HEAD", "POST"]
COLUMNS = [
    ("item", lambda row: row.item.key),
    ("issue", lambda row: row.key),
    ("url", lambda row: row.url),
    ("tracker", lambda row: row.connection.name if row.connection else ""),
    ("state", lambda row: row.state),
    ("there", lambda row: row.remote_state),
    ("asked_at", lambda row: row.asked_at),
    ("synced_at", lambda row: row.synced_at),
    ("note", lambda row: row.note),
    ("error", lambda row: row.error),
]


def link_list(request: SignedInRequest) -> HttpResponseBase:
    rows = ExternalRef.objects.visible_to(request.user).with_all()
    page, table = "trackers/links.html", "trackers/_links.html"
    return list_page(request, rows, ExternalRefFilter, page, table=table, csv=COLUMNS, extra={"noun": "link"})


def item(request: SignedInRequest, key: str) -> HttpResponse:
    """The page, or to htmx the panel that stands beside the item: nothing at all where there is no tracker."""
    row = find_item(request, key)
    ref, may = ref_of(row), can_link(request.user, row)
    offered = may and ref is None and row.is_live and Connection.objects.usable_by(request.user).exists()
    context = {"item": row, "ref": ref, "can_link": may, "offers": offered, "now": timezone.now()}
    template = "trackers/_panel_of_item.html" if request.htmx else "trackers/item.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(PAGE)
def item_create(request: SignedInRequest, key: str) -> HttpResponse:
    row = find_item(request, key)
    require(can_link(request.user, row), NOT_YOURS)
    hides = is_private(row)
    form = AskForm(request.POST or None, user=request.user, is_private=hides)
    extra = {"item": row, "is_private": hides, "title": title_of(row), "body": body_of(row, "…")}
    return form_page(
        request,
        form,
        "trackers/create.html",
        lambda data: operations.ask_for_issue(row, **data, by=request.user, now=timezone.now()),
        to=lambda _ref: row.get_absolute_url(),
        extra=extra,
    )


@require_http_methods(PAGE)
def item_link(request: SignedInRequest, key: str) -> HttpResponse:
    row = find_item(request, key)
    require(can_link(request.user, row), NOT_YOURS)
    return form_page(
        request,
        LinkForm(request.POST or None),
        "trackers/link.html",
        lambda data: operations.link_issue(row, url=data["url"], by=request.user, now=timezone.now()),
        to=lambda _ref: row.get_absolute_url(),
        extra={"item": row, "connections": Connection.objects.usable_by(request.user)},
    )


@require_http_methods(PAGE)
def item_unlink(request: SignedInRequest, key: str) -> HttpResponse:
    row = find_item(request, key)
    require(can_link(request.user, row), NOT_YOURS)
    ref = ref_of(row)
    if ref is None:
        return redirect(row)
    if request.method != "POST":
        return render(request, "trackers/unlink.html", {"item": row, "ref": ref})
    operations.unlink(ref, by=request.user)
    messages.success(request, f"{row.key} is followed here alone.")
    return redirect(row)


@require_POST
def item_look(request: SignedInRequest, key: str) -> HttpResponse:
    row = find_item(request, key)
    require(can_link(request.user, row), NOT_YOURS)
    ref = ref_of(row)
    try:
        if ref is not None:
            operations.look_again(ref, by=request.user, now=timezone.now())
            messages.info(request, "It is looked at within seconds.")
    except (Conflict, ValidationError) as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("trackers:item", args=[row.key]))


def find_item(request: SignedInRequest, key: str) -> ActionItem:
    rows = ActionItem.objects.visible_to(request.user).with_people()
    row: ActionItem = get_object_or_404(rows, key=key)
    note_reading(filter(None, [row.incident]), by=request.user, now=timezone.now())
    return row


def ref_of(item: ActionItem) -> ExternalRef | None:
    return ExternalRef.objects.filter(item=item).with_all().first()
