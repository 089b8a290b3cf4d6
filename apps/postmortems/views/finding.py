"""Finding what the reader may see, and answering buttons."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core import buttons
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
    """A button on the page of a document, which it leads back to if not to `to`."""
    return buttons.press(request, act, said=said, to=to or postmortem, stale=STALE)
