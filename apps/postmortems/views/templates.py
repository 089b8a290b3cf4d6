"""Templates: read by everybody, written by admins."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems.forms import TemplateForm
from apps.postmortems.models import BlockKind, SectionKind, Template
from apps.postmortems.operations import add_template, edit_template
from apps.postmortems.policies import can_configure

ONLY_ADMINS = "Only admins change templates."


def template_list(request: SignedInRequest) -> HttpResponse:
    context = {"templates": Template.objects.current(), "can_configure": can_configure(request.user)}
    return render(request, "postmortems/template_list.html", context)


def template_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    versions = Template.objects.versions_of(slug)
    wanted = request.GET.get("version", "")
    if not versions:
        raise Http404
    shown = next((row for row in versions if str(row.version) == wanted), versions[0])
    context = {
        "template": shown,
        "sections": [_in_words(section) for section in shown.sections],
        "versions": versions,
        "can_configure": can_configure(request.user),
    }
    return render(request, "postmortems/template_detail.html", context)


def _in_words(section: dict[str, object]) -> dict[str, object]:
    kind = str(section["kind"])
    blocks: list[str] = section["blocks"]  # type: ignore[assignment]
    return section | {
        "rows": "" if kind == SectionKind.TEXT else str(SectionKind(kind).label),
        "drawn": ", ".join(str(BlockKind(block).label) for block in blocks),
    }


@require_http_methods(["GET", "POST"])
def template_new(request: SignedInRequest) -> HttpResponse:
    require(can_configure(request.user), ONLY_ADMINS)
    form = TemplateForm(request.POST or None)
    return form_page(
        request,
        form,
        "postmortems/template_edit.html",
        lambda data: add_template(slug=data["slug"], **data["changes"], now=timezone.now(), by=request.user),
        to=lambda row: reverse("postmortems:template", args=[row.slug]),
        extra={"heading": "Add template"},
    )


@require_http_methods(["GET", "POST"])
def template_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    require(can_configure(request.user), ONLY_ADMINS)
    template = Template.objects.newest(slug)
    if template is None:
        raise Http404
    form = TemplateForm(request.POST or None, template=template)
    return form_page(
        request,
        form,
        "postmortems/template_edit.html",
        lambda data: edit_template(
            slug, data["changes"], seen=data["version"], now=timezone.now(), by=request.user
        ),
        to=lambda row: reverse("postmortems:template", args=[row.slug]),
        extra={"heading": f"Edit {template.name}"},
    )
