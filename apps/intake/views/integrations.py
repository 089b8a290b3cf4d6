from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page, secret_page
from apps.intake import operations
from apps.intake.filters import IntegrationFilter
from apps.intake.forms import IntegrationForm, RotateForm
from apps.intake.models import AlertVote, Integration, Volume
from apps.intake.policies import can_manage_intake

COLUMNS = [
    ("integration", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("kind", lambda row: row.kind),
    ("team", lambda row: row.team.slug),
    ("service", lambda row: row.service.slug if row.service else ""),
    ("rule", lambda row: row.rule),
    ("severity", lambda row: row.severity),
    ("enabled", lambda row: row.is_enabled),
    ("key", lambda row: row.key_prefix),
]


def only_admins(request: SignedInRequest) -> None:
    if not can_manage_intake(request.user):
        raise Http404


def integration_list(request: SignedInRequest) -> HttpResponseBase:
    only_admins(request)
    rows = Integration.objects.visible_to(request.user).with_owner()
    page, table = "intake/list.html", "intake/_table.html"
    return list_page(
        request, rows, IntegrationFilter, page, table=table, csv=COLUMNS, extra={"noun": "integration"}
    )


def integration_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    row = find(request, slug)
    now = timezone.now()
    context = {
        "integration": row,
        "now": now,
        "address": address_of(f"{row.key_prefix}_…"),
        "today": Volume.objects.on(row, now).first() or Volume(),
        "votes": AlertVote.objects.of_integration(row),
        "most_megabytes": settings.INTAKE_DAILY_MB,
    }
    return render(request, "intake/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def integration_new(request: SignedInRequest) -> HttpResponse:
    only_admins(request)
    form = IntegrationForm(request.POST or None, user=request.user)
    return _key_page(
        request,
        form,
        "intake/form.html",
        lambda data: operations.add_integration(**data, by=request.user),
        to="intake:list",
    )


def integration_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    row = find(request, slug)
    form = IntegrationForm(request.POST or None, user=request.user, integration=row)
    return form_page(
        request,
        form,
        "intake/form.html",
        lambda data: operations.edit_integration(row, changes=form.changes(data), by=request.user),
        extra={"integration": row},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def integration_rotate(request: SignedInRequest, slug: str) -> HttpResponse:
    row = find(request, slug)
    return _key_page(
        request,
        RotateForm(request.POST or None),
        "intake/rotate.html",
        lambda data: operations.rotate_key(row, **data, by=request.user, now=timezone.now()),
        to=row,
        extra={"integration": row},
    )


@require_POST
def integration_switch(request: SignedInRequest, slug: str, to: str) -> HttpResponse:
    row = find(request, slug)
    if to not in ("on", "off"):
        raise Http404
    operations.switch_integration(row, is_enabled=to == "on", by=request.user)
    said = "takes deliveries again" if to == "on" else "is off: whatever is sent to it is refused"
    messages.success(request, f"{row.name} {said}.")
    return redirect(row)


def find(request: SignedInRequest, slug: str) -> Integration:
    only_admins(request)
    return get_object_or_404(Integration.objects.visible_to(request.user).with_owner(), slug=slug)


def address_of(key: str) -> str:
    return f"{settings.BASE_URL}/api/v1/intake/{key}/"


def _key_page(
    request: SignedInRequest,
    form: BaseForm,
    template: str,
    act: Callable[[dict[str, Any]], tuple[Integration, str]],
    *,
    to: Any,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    already = "This key was made already. It is shown only once; make a new one if it is lost."
    return secret_page(
        request, form, template, act, lambda made: _made(request, made), already=already, to=to, extra=extra
    )


def _made(request: SignedInRequest, made: tuple[Integration, str]) -> HttpResponse:
    row, key = made
    context = {"integration": row, "address": address_of(key)}
    return render(request, "intake/made.html", context)
