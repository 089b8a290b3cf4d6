from django.http import HttpResponse
from django.utils import timezone

from apps.action_items import policies
from apps.action_items.forms.snooze import SnoozeForm
from apps.action_items.operations import snooze
from apps.action_items.views.pages import find
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require


def item_snooze(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(
        policies.can_snooze_action_item(request.user, item), "Only its owner decides when to be reminded."
    )
    form = SnoozeForm(request.POST or None, item=item, today=timezone.localdate())
    return form_page(
        request,
        form,
        "action_items/snooze.html",
        lambda data: snooze(item, until=data["until"], by=request.user, now=timezone.now()),
        extra={"item": item},
    )
