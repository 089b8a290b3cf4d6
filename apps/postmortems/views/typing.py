"""Keeping what is typed while it is typed, and saying who else is writing."""

from __future__ import annotations

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.postmortems.forms import SectionForm
from apps.postmortems.models import Section, SectionDraft
from apps.postmortems.operations import drop_draft, keep_draft
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find_section


@require_POST
def section_draft(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    """Keep the text, and answer with the line below the field; or, with `discard`, let it go."""
    section = find_section(request, key, slug)
    require(can_write(request.user, section.postmortem))
    if "discard" in request.POST:
        drop_draft(section, by=request.user)
        return redirect(reverse("postmortems:section_edit", args=[section.postmortem.key, slug]))
    form, now = SectionForm(request.POST, section=section), timezone.now()
    kept: SectionDraft | None = None
    status = 422
    if form.is_valid():
        text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
        with suppress(ValidationError):
            kept = keep_draft(section, body=text, base_version=seen, now=now, by=request.user)
            status = 200
    context = {"kept": kept, "writers": writers_of(request, section)}
    return render(request, "postmortems/_typing.html", context, status=status)


def writers_of(request: SignedInRequest, section: Section) -> list[str]:
    """Names of others who typed into the section within two minutes."""
    rows = SectionDraft.objects.being_written(section, now=timezone.now(), besides=request.user)
    return [row.author.name for row in rows]
