"""The organisation's own fields: which there are, and what an incident answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.filters import CustomFieldFilter
from apps.incidents.forms import CustomFieldForm, FieldValuesForm
from apps.incidents.models import CustomField, Incident
from apps.incidents.operations import add_field, edit_field, fields_of, set_fields
from apps.incidents.views.finding import find

COLUMNS = [
    ("field", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("kind", lambda row: row.kind),
    ("choices", lambda row: "; ".join(row.choices)),
    ("severities", lambda row: " ".join(map(str, row.severities))),
    ("tiers", lambda row: " ".join(map(str, row.tiers))),
    ("needed_at", lambda row: row.needed_at),
    ("retired", lambda row: "yes" if row.is_retired else "no"),
]
ONLY_ADMINS = "Only admins say which fields there are."


def field_list(request: SignedInRequest) -> HttpResponseBase:
    return list_page(
        request,
        CustomField.objects.visible_to(request.user),
        CustomFieldFilter,
        "incidents/field_list.html",
        table="incidents/_field_table.html",
        csv=COLUMNS,
        extra={"noun": "field", "can_configure": policies.can_configure(request.user)},
    )


def field_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_configure(request.user), ONLY_ADMINS)
    return form_page(
        request,
        CustomFieldForm(request.POST or None),
        "incidents/field_form.html",
        lambda data: add_field(**data, by=request.user),
        to=lambda _field: reverse("incidents:fields"),
    )


def field_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    require(policies.can_configure(request.user), ONLY_ADMINS)
    field = get_object_or_404(CustomField.objects.visible_to(request.user), slug=slug)

    def act(data: dict[str, Any]) -> CustomField:
        return edit_field(field, changes=data, seen=data.pop("version"), by=request.user)

    return form_page(
        request,
        CustomFieldForm(request.POST or None, field=field),
        "incidents/field_form.html",
        act,
        to=lambda _field: reverse("incidents:fields"),
        extra={"field_row": field},
    )


def field_values(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(
        policies.can_respond(request.user, incident),
        "Only responders answer for an incident. Take a role first.",
    )
    form = FieldValuesForm(
        request.POST or None,
        user=request.user,
        incident=incident,
        asked=fields_of(incident),
        known=incident.field_values.with_fields(),
    )

    def act(data: dict[str, Any]) -> Incident:
        seen, now = data.pop("version"), timezone.now()
        return set_fields(incident, values=data, seen=seen, by=request.user, now=now)

    return form_page(request, form, "incidents/field_values.html", act, extra={"incident": incident})
