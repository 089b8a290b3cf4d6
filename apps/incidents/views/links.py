"""Links to other incidents."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import LinkForm
from apps.incidents.models import Incident, IncidentLink, IncidentStatus
from apps.incidents.operations import link_incidents, unlink_incidents
from apps.incidents.relations import relations_of
from apps.incidents.views.finding import find, press, visible


def relations_page(request: SignedInRequest, incident: Incident) -> dict[str, Any]:
    """What the page shows of other incidents, from rows of `for_page()`: two queries."""
    absorbed = visible(request).absorbed_by(incident)
    return {
        "absorbed": absorbed,
        "relations": relations_of(incident, request.user, absorbed),
        "can_unmerge": request.user.is_org_admin,
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
        to=lambda _link: incident.get_absolute_url(),
        extra={"incident": incident},
    )


@require_POST
def link_remove(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    """From either end, which is where it leads back to."""
    incident = find(request, key)
    links = IncidentLink.objects.visible_to(request.user).with_ends()
    link = get_object_or_404(links, uuid=uuid)
    return press(request, incident, lambda: unlink_incidents(link, by=request.user), "The link is removed.")
