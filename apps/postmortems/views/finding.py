"""Finding what the reader may see, and answering buttons."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from apps.core.errors import Conflict, StaleVersion
from apps.core.http import SignedInRequest
from apps.incidents.operations import note_reading
from apps.postmortems.models import Postmortem, Section

STALE = "The text changed since you opened this page. Read it again, then decide."


def find(request: SignedInRequest, key: str) -> Postmortem:
    postmortem = get_object_or_404(Postmortem.objects.for_reader(request.user), key=key.upper())
    note_reading(postmortem.seen_incidents, by=request.user, now=timezone.now())  # type: ignore[attr-defined]
    return postmortem


def find_section(request: SignedInRequest, key: str, slug: str) -> Section:
    postmortem = find(request, key)
    section = get_object_or_404(postmortem.sections, slug=slug)
    section.postmortem = postmortem
    return section


def press(
    request: SignedInRequest, postmortem: Postmortem, act: Callable[[], object], *, said: str, to: str = ""
) -> HttpResponse:
    """What a button does: act, say so, and go back to the document (or `to`); a refusal is said instead."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Conflict as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, STALE)
    else:
        messages.success(request, said)
    return redirect(to or postmortem)
