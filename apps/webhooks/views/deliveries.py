from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.webhooks import operations
from apps.webhooks.filters import DeliveryFilter
from apps.webhooks.models import Delivery
from apps.webhooks.views.finding import admins_only, find_delivery, find_endpoint

NOUNS = {"noun": "delivery", "nouns": "deliveries"}
COLUMNS = [
    ("id", lambda row: row.uuid),
    ("webhook", lambda row: row.endpoint.name),
    ("event", lambda row: row.type),
    ("object", lambda row: row.object_key),
    ("occurred_at", lambda row: row.occurred_at),
    ("status", lambda row: row.status),
    ("attempts", lambda row: row.attempts),
    ("next_try_at", lambda row: row.next_try_at),
    ("delivered_at", lambda row: row.delivered_at),
    ("error", lambda row: row.error),
]


def delivery_list(request: SignedInRequest) -> HttpResponseBase:
    admins_only(request)
    rows = Delivery.objects.visible_to(request.user).with_endpoint()
    page, table = "webhooks/deliveries.html", "webhooks/_deliveries.html"
    return list_page(request, rows, DeliveryFilter, page, table=table, csv=COLUMNS, extra=NOUNS)


def delivery_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    delivery = find_delivery(request, uuid)
    return render(
        request, "webhooks/delivery.html", {"delivery": delivery, "history": delivery.history.all()}
    )


@require_POST
def delivery_replay(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    delivery = find_delivery(request, uuid)
    try:
        operations.replay(delivery, by=request.user, now=timezone.now())
    except Conflict as refusal:
        messages.info(request, refusal.message)
    return redirect(delivery)


@require_http_methods(["GET", "HEAD", "POST"])
def endpoint_replay(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Everything that was given up."""
    endpoint = find_endpoint(request, uuid)
    if request.method != "POST":
        return render(request, "webhooks/replay.html", {"endpoint": endpoint})
    count = operations.replay_dead(endpoint, by=request.user, now=timezone.now())
    words = "1 delivery is" if count == 1 else f"{count} deliveries are"
    messages.success(request, f"{words} queued again." if count else "Nothing was given up; nothing is sent.")
    return redirect(endpoint)
