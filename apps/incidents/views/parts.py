"""Roles and milestones of an incident."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import MilestoneForm, RoleForm
from apps.incidents.models import Incident, MilestoneKind, RoleAssignment, SeverityPolicy
from apps.incidents.operations import assign_role, end_role, hand_over, set_milestone
from apps.incidents.views.finding import find, press


@require_POST
def role_take(request: SignedInRequest, key: str, role: str) -> HttpResponse:
    incident, me = find(request, key), request.user
    return press(
        request,
        incident,
        lambda: assign_role(incident, role=role, person=me, by=me, now=timezone.now()),
        f"You have the {role_named(incident, role).lower()} role.",
    )


@require_POST
def role_end(request: SignedInRequest, key: str, role: str) -> HttpResponse:
    incident = find(request, key)
    return press(
        request,
        incident,
        lambda: end_role(incident, role=role, by=request.user, now=timezone.now()),
        f"Nobody has the {role_named(incident, role).lower()} role now.",
    )


def role_give(request: SignedInRequest, key: str, role: str) -> HttpResponse:
    """Hand over, or give a free role to somebody."""
    incident = find(request, key)
    label = role_named(incident, role)
    require(policies.can_respond(request.user, incident), "Only responders give roles to others.")
    holder = incident.roles.select_related("person").filter(role=role, until__isnull=True).first()

    def act(data: dict[str, Any]) -> RoleAssignment:
        now, person = timezone.now(), data["person"]
        if holder:
            return hand_over(incident, role=role, to=person, by=request.user, now=now)
        return assign_role(incident, role=role, person=person, by=request.user, now=now)

    return form_page(
        request,
        RoleForm(request.POST or None, user=request.user),
        "incidents/role.html",
        act,
        to=lambda _assignment: incident.get_absolute_url(),
        extra={
            "incident": incident,
            "role": role,
            "label": label,
            "holder": holder.person if holder else None,
        },
    )


def milestone_edit(request: SignedInRequest, key: str, kind: str) -> HttpResponse:
    incident = find(request, key)
    if kind not in MilestoneKind.values:
        raise Http404
    require(policies.can_respond(request.user, incident), "Only responders set milestones.")
    milestone = incident.milestones.filter(kind=kind).first()
    form = MilestoneForm(request.POST or None, incident=incident, milestone=milestone)

    def act(data: dict[str, Any]) -> Incident:
        seen = data.pop("version")
        return set_milestone(incident, kind=kind, **data, seen=seen, by=request.user, now=timezone.now())

    extra = {"incident": incident, "kind": MilestoneKind(kind)}
    return form_page(request, form, "incidents/milestone.html", act, extra=extra)


def role_named(incident: Incident, role: str) -> str:
    """What it is called here, also when it was taken off the list meanwhile; 404 for a role that there never was."""
    name = SeverityPolicy.objects.current().role_name(role)
    held = None if name else incident.roles.filter(role=role).last()
    if not name and held is None:
        raise Http404
    return name or held.get_role_display()  # type: ignore[union-attr]
