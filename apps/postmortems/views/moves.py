"""Buttons that change the status, and the reviewer's decision."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.versions import seen_version
from apps.postmortems.forms import ReviewForm
from apps.postmortems.models import PostmortemStatus
from apps.postmortems.operations import decide_review, transition_postmortem
from apps.postmortems.reading import document_context
from apps.postmortems.views.finding import find, press

SAID = {
    "draft": "It is a draft again.",
    "in_review": "Sent to review. Who is named has been asked.",
    "published": "Published. The text is frozen now.",
}


@require_POST
def postmortem_move(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    to = request.POST.get("to", "")
    return press(
        request,
        postmortem,
        lambda: transition_postmortem(
            postmortem, to=to, seen=seen_version(request), now=timezone.now(), by=request.user
        ),
        said=SAID.get(to, "Done."),
    )


@require_POST
def postmortem_review(request: SignedInRequest, key: str) -> HttpResponse:
    """A refusal shows the document again, with the comment that was typed and the text as it is now."""
    postmortem = find(request, key)
    form = ReviewForm(request.POST)
    return form_page(
        request,
        form,
        "postmortems/detail.html",
        lambda data: (
            decide_review(
                postmortem,
                decision=data["decision"],
                comment=data["comment"],
                checks=data["checks"],
                seen=data["version"],
                now=timezone.now(),
                by=request.user,
            ).postmortem
        ),
        extra=document_context(postmortem, request.user, wants_draft=True)
        | {"can_review": postmortem.status == PostmortemStatus.IN_REVIEW},
    )
