"""Links to other incidents."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import LinkForm
from apps.incidents.models import Incident, IncidentLink, IncidentStatus, LinkKind
from apps.incidents.operations import link_incidents, unlink_incidents
from apps.incidents.relations import relations_of
from apps.incidents.views.finding import find, press, visible


def relations_page(request: SignedInRequest, incident: Incident) -> dict[str, Any]:
    """What the page shows of other incidents, from rows of `for_page()`: two queries."""
    absorbed = visible(request).absorbed_by(incident)
    relations = relations_of(incident, request.user, absorbed)
    return {
        "absorbed": absorbed,
        "can_unmerge": request.user.is_org_admin,
        "relations": relations,
        "is_repeat": any(one.is_outgoing and one.kind == LinkKind.RECURRENCE_OF for one in relations),
        "can_link": policies.can_respond(request.user, incident) and incident.status != IncidentStatus.MERGED,
    }


def link_new(request: SignedInRequest, key: str) -> HttpResponse:
    """Link it to another; `?kind=` and `?to=` fill the form in."""
    incident = find(request, key)
    require(
        policies.can_respond(request.user, incident), "Only responders link an incident. Take a role first."
    )
    asked = {name: request.GET[name] for name in ("kind", "to") if name in request.GET}
    form = LinkForm(request.POST or None, user=request.user, initial=asked)

    def act(data: dict[str, Any]) -> IncidentLink:
        return link_incidents(incident, **data, by=request.user, now=timezone.now())

    return form_page(
        request,
        form,
        "incidents/link.html",
        act,
        to=after_linking,
        extra={"incident": incident},
    )


def after_linking(link: IncidentLink) -> str:
    """Back to the incident; by way of the question what would have helped, when it came back."""
    if link.kind != LinkKind.RECURRENCE_OF:
        return link.from_incident.get_absolute_url()
    asked = reverse("action_items:recurrence_new", args=[link.from_incident.key])
    return f"{asked}?{urlencode({'of': link.to_incident.key})}"


@require_POST
def link_remove(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    """From either end, which is where it leads back to."""
    incident = find(request, key)
    links = IncidentLink.objects.visible_to(request.user).with_ends()
    link = get_object_or_404(links, uuid=uuid)
    return press(request, incident, lambda: unlink_incidents(link, by=request.user), "The link is removed.")
