"""What is usual for promises: read by everybody, edited by admins; and the date it gives for a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from apps.accounts.models import User
from apps.action_items import policies
from apps.action_items.forms.policy import PRIORITIES, ActionItemPolicyForm, label_of
from apps.action_items.models import ActionItemPolicy, Priority
from apps.action_items.models.policy import ORIGINS
from apps.action_items.operations import edit_action_item_policy, usual_date
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents.models import Incident


def item_policy(request: SignedInRequest) -> HttpResponse:
    policy = ActionItemPolicy.objects.current()
    context = {
        "policy": policy,
        "priorities": PRIORITIES,
        "table": [(label_of(one), [policy.due_days[one][name] for name in PRIORITIES]) for one in ORIGINS],
        "can_configure": policies.can_configure(request.user),
    }
    return render(request, "action_items/policy.html", context)


def item_policy_edit(request: SignedInRequest) -> HttpResponse:
    require(policies.can_configure(request.user), "Only admins change what is usual for action items.")
    form = ActionItemPolicyForm(request.POST or None, policy=ActionItemPolicy.objects.current())
    return form_page(
        request,
        form,
        "action_items/policy_edit.html",
        lambda data: edit_action_item_policy(
            changes=form.changes(data), seen=data["version"], by=request.user
        ),
        extra={"priorities": PRIORITIES},
    )


@require_GET
def item_usual_date(request: SignedInRequest) -> HttpResponse:
    """The part of a form that says which date is usual. A date that somebody chose stays as it is."""
    require(policies.can_add_action_item(request.user))
    usual = usual_date(**_asked(request), now=timezone.now())
    typed, offered = (request.GET.get(name, "") for name in ("due_on", "offered"))
    is_untouched = not typed or (typed == offered and _is_date(typed))
    return render(request, "action_items/_usual.html", {"usual": usual, "moves_field": is_untouched})


def _asked(request: SignedInRequest) -> dict[str, Any]:
    """What is chosen in the form at this moment; nonsense counts as not chosen."""
    wanted = request.GET.get("priority", "")
    seen = Incident.objects.visible_to(request.user)
    incident = seen.filter(key=request.GET.get("incident", "")[:20].upper()).first()
    return {
        "priority": int(wanted) if wanted in {str(one) for one in Priority.values} else Priority.P2,
        "severity": incident.severity if incident else None,
        "owner": User.objects.active().filter(slug=request.GET.get("owner", "")[:100]).first(),
    }


def _is_date(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False
