"""A panel beside “Did it help?” on an action item's page, which knows nothing of postmortems."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.action_items.models import ActionItem
from apps.core.http import SignedInRequest
from apps.postmortems.same_trigger import MOST_SHOWN, set_off_alike, triggers_of


def same_trigger(request: SignedInRequest, key: str) -> HttpResponse:
    item = get_object_or_404(ActionItem.objects.visible_to(request.user), key=key.upper())
    triggers = triggers_of(item, request.user) if item.verified_at else []
    rows = set_off_alike(item, triggers, request.user)[:MOST_SHOWN] if triggers else []
    shown = {"item": item, "triggers": triggers, "rows": rows}
    part = "postmortems/_same_trigger.html"
    return render(request, part if request.htmx else "postmortems/same_trigger.html", shown)
