import json

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.intake.filters import IntakeDeliveryFilter
from apps.intake.models import Delivery
from apps.intake.operations import replay_delivery
from apps.intake.views.integrations import only_admins

COLUMNS = [
    ("delivery", lambda row: row.uuid),
    ("received", lambda row: row.received_at),
    ("integration", lambda row: row.integration.slug),
    ("sender_id", lambda row: row.delivery_id),
    ("key", lambda row: row.dedup),
    ("title", lambda row: row.title),
    ("firing", lambda row: "" if row.is_firing is None else row.is_firing),
    ("repeats", lambda row: row.repeats),
    ("status", lambda row: row.status),
    ("outcome", lambda row: row.outcome),
    ("incident", lambda row: row.alert.incident.key if row.alert and row.alert.incident else ""),
    ("error", lambda row: row.error),
]


def delivery_list(request: SignedInRequest) -> HttpResponseBase:
    only_admins(request)
    rows = Delivery.objects.visible_to(request.user).for_list()
    page, table = "intake/deliveries.html", "intake/_deliveries.html"
    return list_page(
        request,
        rows,
        IntakeDeliveryFilter,
        page,
        table=table,
        csv=COLUMNS,
        extra={"noun": "delivery", "nouns": "deliveries"},
    )


def delivery_detail(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    context = {"delivery": row, "body": readable(row.body), "size": len(row.body.encode())}
    return render(request, "intake/delivery.html", context)


@require_POST
def delivery_replay(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    return press(
        request,
        lambda: replay_delivery(row, by=request.user, now=timezone.now()),
        said="It is processed once more within seconds. What it did already it does not do again.",
        to=row,
    )


def find(request: SignedInRequest, uuid: str) -> Delivery:
    only_admins(request)
    rows = Delivery.objects.visible_to(request.user).for_list().defer(None)
    return get_object_or_404(rows, uuid=uuid)


def readable(body: str) -> str:
    """JSON with its indentation; what is none as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
