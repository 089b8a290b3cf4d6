"""Forms of the lists below a postmortem: factors, lessons, impact values; and of its trigger."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems.document import readings_of
from apps.postmortems.forms import FactorForm, ImpactValueForm, LessonForm, PartForm, TriggerForm
from apps.postmortems.models import Part, Postmortem
from apps.postmortems.operations import add_part, edit_part, edit_postmortem, remove_part
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find, press


class PartPage(NamedTuple):
    form: type[PartForm]
    title: str
    lede: str


PAGES = {
    "factors": PartPage(
        FactorForm,
        "factor",
        "Several things together made it possible. A person's action is never one of them; what it met is.",
    ),
    "lessons": PartPage(
        LessonForm, "lesson", "One observation a row, so that the same one is found again elsewhere."
    ),
    "impact-values": PartPage(
        ImpactValueForm, "impact value", "A number and where it is from, or the plain word unknown."
    ),
}


@require_http_methods(["GET", "POST"])
def part_new(request: SignedInRequest, key: str, parts: str) -> HttpResponse:
    postmortem, page = _to_write(request, key), PAGES[parts]
    wanted = {name: request.GET[name] for name in page.form.base_fields if name in request.GET}
    form = page.form(request.POST or None, initial=wanted)
    return form_page(
        request,
        form,
        "postmortems/part_form.html",
        lambda data: add_part(postmortem, page.form.MODEL, data, now=timezone.now(), by=request.user),
        to=lambda row: _at(postmortem, row),
        extra={"postmortem": postmortem, "page": page, "heading": f"Add {page.title}"},
    )


@require_http_methods(["GET", "POST"])
def part_edit(request: SignedInRequest, key: str, parts: str, uuid: UUID) -> HttpResponse:
    postmortem, page = _to_write(request, key), PAGES[parts]
    row = _find(postmortem, page, uuid)
    form = page.form(request.POST or None, part=row)
    extra = {"postmortem": postmortem, "page": page, "heading": f"Edit {page.title}"}
    return form_page(
        request,
        form,
        "postmortems/part_form.html",
        lambda data: edit_part(row, data, seen=data["version"], now=timezone.now(), by=request.user),
        to=lambda changed: _at(postmortem, changed),
        extra=extra | {"part": row, "remove_url": f"{postmortem.get_absolute_url()}{parts}/{uuid}/remove/"},
    )


@require_http_methods(["POST"])
def part_remove(request: SignedInRequest, key: str, parts: str, uuid: UUID) -> HttpResponse:
    postmortem = find(request, key)
    row = _find(postmortem, PAGES[parts], uuid)
    said = f"The {PAGES[parts].title} is removed. What it said stays in the audit trail."
    return press(
        request, postmortem, lambda: remove_part(row, now=timezone.now(), by=request.user), said=said
    )


@require_http_methods(["GET", "POST"])
def trigger_edit(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = _to_write(request, key)
    form = TriggerForm(request.POST or None, postmortem=postmortem)
    return form_page(
        request,
        form,
        "postmortems/trigger.html",
        lambda data: edit_postmortem(
            postmortem, changes=form.changes(), seen=data["version"], now=timezone.now(), by=request.user
        ),
        to=lambda _row: _at(postmortem, None),
        extra={"postmortem": postmortem},
    )


def _to_write(request: SignedInRequest, key: str) -> Postmortem:
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    return postmortem


def _find(postmortem: Postmortem, page: PartPage, uuid: UUID) -> Part:
    rows: Any = page.form.MODEL._default_manager
    row: Part = get_object_or_404(rows.filter(postmortem=postmortem), uuid=uuid)
    row.postmortem = postmortem
    return row


def _at(postmortem: Postmortem, row: Part | None) -> str:
    """The section in which the row stands now; the trigger's for None."""
    fresh = Postmortem.objects.get(pk=postmortem.pk)
    sought = str(row.uuid) if row else ""
    for reading in readings_of(fresh):
        lists = (*reading.impact, *reading.factors, *reading.mitigators)
        lessons = (each for group in reading.lessons for each in group.rows)
        if any(each["id"] == sought for each in (*lists, *lessons)) or (row is None and reading.trigger):
            return f"{postmortem.get_absolute_url()}#{reading.slug}"
    return postmortem.get_absolute_url()
