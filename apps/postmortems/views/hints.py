"""The writing aid while somebody types: it reads, and stores nothing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.hints import Hint
from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.postmortems.aid import hints_about, hints_on
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find, find_section


@require_POST
def section_hints(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    section = find_section(request, key, slug)
    require(can_write(request.user, section.postmortem))
    return _shown(request, hints_on(section, request.POST.get("text", "")))


@require_POST
def hints(request: SignedInRequest, key: str) -> HttpResponse:
    """On a factor or a lesson; `kind` is the lesson's."""
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    text, kind = request.POST.get("text", ""), request.POST.get("kind", "")
    return _shown(request, hints_about(postmortem, text, kind=kind))


def _shown(request: SignedInRequest, found: list[Hint]) -> HttpResponse:
    return render(request, "postmortems/_hints.html", {"hints": found})
