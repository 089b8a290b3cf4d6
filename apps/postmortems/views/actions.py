"""Action items on the page of their postmortem."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.action_items.models import Priority
from apps.action_items.operations import usual_date
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems.forms import LinkForm, PostmortemActionForm
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import add_action_item, incident_of, link_action_item
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find


@require_http_methods(["GET", "POST"])
def action_item_new(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    form = _new_form(request, postmortem)
    return form_page(
        request,
        form,
        "postmortems/action_new.html",
        lambda data: add_action_item(postmortem, **data, now=timezone.now(), by=request.user),
        to=lambda item: _back(postmortem),
        extra={"postmortem": postmortem},
    )


def _new_form(request: SignedInRequest, postmortem: Postmortem) -> PostmortemActionForm:
    """Its date is the one that the policy gives after the incident that the item will hang on."""
    services, incident = postmortem.services, incident_of(postmortem)
    initial = {"service": services[0].slug if len(services) == 1 else None, "owner": request.user.slug}
    form = PostmortemActionForm(request.POST or None, user=request.user, initial=initial)
    severity = incident.severity if incident else None
    usual = usual_date(priority=Priority.P2, severity=severity, owner=request.user, now=timezone.now())
    form.offer(usual, incident=incident)
    return form


@require_http_methods(["GET", "POST"])
def action_item_link(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    form = LinkForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        "postmortems/action_link.html",
        lambda data: link_action_item(postmortem, data["item"], by=request.user),
        to=lambda item: _back(postmortem),
        extra={"postmortem": postmortem},
    )


def _back(postmortem: Postmortem) -> str:
    return f"{postmortem.get_absolute_url()}#actions"
