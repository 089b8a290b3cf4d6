"""The writing aid for a promise that is being typed: it reads, and stores nothing."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from apps.action_items import policies
from apps.action_items.wording import hints_for
from apps.core.http import SignedInRequest
from apps.core.permissions import require


@require_POST
def item_hints(request: SignedInRequest) -> HttpResponse:
    require(policies.can_add_action_item(request.user))
    hints = hints_for(
        title=request.POST.get("title", ""),
        done_when=request.POST.get("done_when", ""),
        due_on=_date(request.POST.get("due_on", "")),
        today=timezone.localdate(),
    )
    return render(request, "action_items/_hints.html", {"hints": hints})


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
