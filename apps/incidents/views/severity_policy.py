"""How severities are judged and how often updates are due: read by everybody, edited by admins."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import SeverityPolicyForm
from apps.incidents.models import Severity, SeverityPolicy
from apps.incidents.operations import edit_severity_policy


def severity_policy(request: SignedInRequest) -> HttpResponse:
    policy = SeverityPolicy.objects.current()
    context = {
        "policy": policy,
        "rows": [
            (impact["name"], [policy.cells[impact["slug"]][one["slug"]] for one in policy.conditions])
            for impact in policy.impacts
        ],
        "cadence": [(severity, policy.minutes_of(severity)) for severity in Severity.values],
        "can_configure": policies.can_configure(request.user),
    }
    return render(request, "incidents/severity_policy.html", context)


def severity_policy_edit(request: SignedInRequest) -> HttpResponse:
    require(policies.can_configure(request.user), "Only admins change how severities are judged.")
    form = SeverityPolicyForm(request.POST or None, policy=SeverityPolicy.objects.current())

    def act(data: dict[str, Any]) -> SeverityPolicy:
        seen, now = data["version"], timezone.now()
        return edit_severity_policy(changes=data["changes"], seen=seen, by=request.user, now=now)

    to = reverse("incidents:severities")
    return form_page(request, form, "incidents/severity_policy_edit.html", act, to=lambda _policy: to)


def severity_proposal(request: SignedInRequest) -> HttpResponse:
    """What the matrix says to two answers: a line for the form that asks for them."""
    policy = SeverityPolicy.objects.current()
    impact, condition = request.GET.get("impact", ""), request.GET.get("condition", "")
    is_known = policy.name_of("impacts", impact) and policy.name_of("conditions", condition)
    proposed = policy.propose(impact, condition) if is_known else None
    return render(request, "incidents/_proposal.html", {"proposed": proposed})
