from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.services import policies
from apps.services.filters import ServiceFilter
from apps.services.forms import ServiceForm
from apps.services.models import Service
from apps.services.operations import add_service, edit_service, watch_service

COLUMNS = [
    ("service", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("tier", lambda row: row.tier),
    ("lifecycle", lambda row: row.lifecycle),
    ("team", lambda row: row.owner_team.slug),
    ("description", lambda row: row.description),
]


def service_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Service.objects.visible_to(request.user).with_team().prefetch_related("tags")
    extra = {"can_add": policies.can_add_some_service(request.user), "noun": "service"}
    return list_page(
        request,
        rows,
        ServiceFilter,
        "services/list.html",
        table="services/_table.html",
        csv=COLUMNS,
        extra=extra,
    )


def service_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    service = find(request, slug)
    context = {
        "service": service,
        "needs": service.needs.select_related("needs"),
        "needed_by": service.needed_by.select_related("service"),
        "is_watched": service.watches.filter(person=request.user).exists(),
        "can_edit": policies.can_edit_service(request.user, service),
    }
    return render(request, "services/detail.html", context)


@require_POST
def service_watch(request: SignedInRequest, slug: str) -> HttpResponse:
    service = find(request, slug)
    is_on = bool(request.POST.get("on"))
    watch_service(service, is_on=is_on, by=request.user)
    told = (
        "You are told when a postmortem about it is published." if is_on else "You are no longer told of it."
    )
    messages.success(request, told)
    return redirect(service)


def service_new(request: SignedInRequest) -> HttpResponse:
    require(
        policies.can_add_some_service(request.user),
        "A service belongs to a team, and you are in none. Leads of a team and admins add people to it.",
    )
    form = ServiceForm(request.POST or None, user=request.user)
    if not form.is_bound:
        form.initial["owner_team"] = request.GET.get("team", "")
    return form_page(
        request,
        form,
        "services/form.html",
        lambda data: add_service(**ServiceForm.keywords(data), by=request.user),
    )


def service_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    service = find(request, slug)
    require(
        policies.can_edit_service(request.user, service),
        "Only the owning team and admins change this service.",
    )
    form = ServiceForm(request.POST or None, user=request.user, service=service)
    return form_page(
        request,
        form,
        "services/form.html",
        lambda data: edit_service(service, changes=ServiceForm.keywords(data), by=request.user),
        extra={"service": service},
    )


def find(request: SignedInRequest, slug: str) -> Service:
    rows = Service.objects.visible_to(request.user).with_team().prefetch_related("tags", "links")
    return get_object_or_404(rows, slug=slug)
