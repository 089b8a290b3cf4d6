"""Did it help? What happened since an item was verified, and what its owner says about it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.action_items import policies
from apps.action_items.effect import since
from apps.action_items.filters import EffectFilter
from apps.action_items.forms.looking_back import EffectForm
from apps.action_items.models import ActionItem
from apps.action_items.operations import judge_effect
from apps.action_items.views.pages import find
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page

COLUMNS = [
    ("key", lambda row: row.key),
    ("title", lambda row: row.title),
    ("priority", lambda row: row.get_priority_display()),
    ("kind", lambda row: row.kind),
    ("owner", lambda row: row.owner.email if row.owner else ""),
    ("team", lambda row: row.team.slug if row.team else ""),
    ("service", lambda row: row.service.slug if row.service else ""),
    ("verified_at", lambda row: row.verified_at),
    ("effectiveness_check_on", lambda row: row.effectiveness_check_on),
    ("incidents_since", lambda row: row.incidents_since if row.service else ""),
    ("effect", lambda row: row.effect),
]


def effect_list(request: SignedInRequest) -> HttpResponseBase:
    rows = ActionItem.objects.visible_to(request.user).checks().lean()
    return list_page(
        request,
        rows.with_incidents_since(request.user),
        EffectFilter,
        "action_items/effects.html",
        table="action_items/_effects.html",
        csv=COLUMNS,
        extra={"noun": "action item", "today": timezone.localdate()},
    )


@require_http_methods(["GET", "POST"])
def item_effect(request: SignedInRequest, key: str) -> HttpResponse:
    """Read by whoever sees the item, answered by its owner or a lead."""
    item, today = find(request, key), timezone.localdate()
    can_judge = policies.can_judge_effect(request.user, item)
    if request.method == "POST" and not can_judge:
        raise PermissionDenied("Whether it helped says its owner, a lead of its team, or an admin.")
    form = EffectForm(request.POST or None, item=item, today=today)

    def act(data: dict[str, Any]) -> ActionItem:
        said = {"verdict": data["verdict"], "note": data["note"], "seen": data["version"]}
        return judge_effect(item, **said, by=request.user, now=timezone.now())

    extra = {
        "item": item,
        "since": since(item, request.user),
        "checks": item.checks.select_related("by"),
        "can_judge": can_judge and item.effectiveness_check_on is not None,
        "today": today,
    }
    return form_page(request, form, "action_items/effect.html", act, extra=extra)
