"""When a postmortem is owed, and by when: read by everybody, edited by admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents.models import Severity
from apps.postmortems import policies
from apps.postmortems.forms.owed import PostmortemPolicyForm
from apps.postmortems.models import PostmortemPolicy
from apps.postmortems.operations import edit_postmortem_policy


def owing_policy(request: SignedInRequest) -> HttpResponse:
    policy = PostmortemPolicy.objects.current()
    context = {
        "policy": policy,
        "clocks": [(severity, *policy.clock_of(severity)) for severity in Severity.values],
        "can_configure": policies.can_configure(request.user),
    }
    return render(request, "postmortems/policy.html", context)


def owing_policy_edit(request: SignedInRequest) -> HttpResponse:
    require(policies.can_configure(request.user), "Only admins change when a postmortem is owed.")
    form = PostmortemPolicyForm(request.POST or None, policy=PostmortemPolicy.objects.current())
    return form_page(
        request,
        form,
        "postmortems/policy_edit.html",
        lambda data: edit_postmortem_policy(
            changes=form.changes(data), seen=data["version"], by=request.user
        ),
    )
