"""The writing aid while somebody types: it reads, and stores nothing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.postmortems.aid import hints_on
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find_section


@require_POST
def section_hints(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    section = find_section(request, key, slug)
    require(can_write(request.user, section.postmortem))
    hints = hints_on(section, request.POST.get("text", ""))
    return render(request, "postmortems/_hints.html", {"section": section, "hints": hints})
