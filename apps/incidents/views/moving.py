from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import MoveForm
from apps.incidents.models import Incident, IncidentStatus
from apps.incidents.operations import (
    PUBLIC_END,
    acknowledge_incident,
    missing_to_close,
    transition_incident,
)
from apps.incidents.views.finding import find, press

ONE_CLICK = {
    IncidentStatus.INVESTIGATING,
    IncidentStatus.IDENTIFIED,
    IncidentStatus.MITIGATED,
    IncidentStatus.RESOLVED,
    IncidentStatus.CLOSED,
}


@require_POST
def incident_transition(request: SignedInRequest, key: str) -> HttpResponse:
    """The large button: the next step, now."""
    incident, to = find(request, key), request.POST.get("to", "")
    said = f"{incident.key} is {IncidentStatus(to).label.lower()}." if to in ONE_CLICK else ""
    reason = request.POST.get("reason", "")[:2000]
    return press(
        request,
        incident,
        lambda: transition_incident(incident, to=to, reason=reason, by=request.user, now=timezone.now()),
        said,
    )


@require_POST
def incident_acknowledge(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    return press(
        request,
        incident,
        lambda: acknowledge_incident(incident, by=request.user, now=timezone.now()),
        f"{incident.key} is acknowledged.",
    )


def incident_move(request: SignedInRequest, key: str) -> HttpResponse:
    """Any legal move, with a reason and the time at which it happened."""
    incident, now = find(request, key), timezone.now()
    require(
        policies.can_respond(request.user, incident), "Only responders move an incident. Take a role first."
    )
    wanted = request.GET.get("to")
    initial = {"to": wanted} if wanted in incident.next_statuses(now) else {}
    form = MoveForm(request.POST or None, user=request.user, incident=incident, now=now, initial=initial)

    def act(data: dict[str, Any]) -> Incident:
        seen = data.pop("version")
        return transition_incident(incident, **data, seen=seen, by=request.user, now=now)

    gaps = missing_to_close(incident) if IncidentStatus.CLOSED in incident.next_statuses(now) else []
    extra = {"incident": incident, "gaps": gaps, "public_end": PUBLIC_END}
    return form_page(request, form, "incidents/move.html", act, extra=extra)
