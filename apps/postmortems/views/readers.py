"""Reading what is published: receipts, acknowledgements, votes, and who is asked to read."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.core.versions import seen_version
from apps.postmortems.forms import ReadersForm
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import acknowledge_reading, choose_readers, note_read, vote_useful
from apps.postmortems.policies import can_choose_readers
from apps.postmortems.views.finding import find, press


@require_POST
def postmortem_read(request: SignedInRequest, key: str) -> HttpResponse:
    """Sent by a page that was open for a moment; it changes nothing on it."""
    postmortem = find(request, key)
    try:
        note_read(postmortem, version=seen_version(request), now=timezone.now(), by=request.user)
    except (Conflict, ValidationError):
        return HttpResponse(status=204)  # published anew meanwhile: the next look counts
    return HttpResponse(status=204)


@require_POST
def postmortem_acknowledge(request: SignedInRequest, key: str) -> HttpResponse:
    return _press(request, key, acknowledge_reading, said="Acknowledged. Thank you for reading it.")


@require_POST
def postmortem_useful(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem, is_useful = find(request, key), bool(request.POST.get("on"))
    said = "Counted as useful to you." if is_useful else "Not counted any more."
    return press(
        request,
        postmortem,
        lambda: vote_useful(postmortem, is_useful=is_useful, now=timezone.now(), by=request.user),
        said=said,
    )


def _press(request: SignedInRequest, key: str, act: Callable[..., Postmortem], *, said: str) -> HttpResponse:
    postmortem = find(request, key)
    return press(
        request,
        postmortem,
        lambda: act(postmortem, version=seen_version(request), now=timezone.now(), by=request.user),
        said=said,
    )


@require_http_methods(["GET", "POST"])
def readers_edit(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    require(can_choose_readers(request.user, postmortem), "Its owner chooses who has to read it.")
    form = ReadersForm(request.POST or None, postmortem=postmortem)
    return form_page(
        request,
        form,
        "postmortems/readers.html",
        lambda data: choose_readers(postmortem, **form.chosen(), now=timezone.now(), by=request.user),
        extra={"postmortem": postmortem},
    )
