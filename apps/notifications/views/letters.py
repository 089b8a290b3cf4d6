"""The mails of the embedded run, readable in the portal itself; these pages exist only there."""

from csp.decorators import csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import render

from apps.core.http import SignedInRequest
from apps.notifications.mailbox import Letter, letter_for, letters_for

# A mail is somebody else's page: its styles may apply, nothing in it may run, load or reach the portal.
LOCKED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
OPENS_OUTSIDE = '<head><base target="_blank">'


def letter_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "notifications/dev_list.html", {"letters": letters_for(request.user)})


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def letter_detail(request: SignedInRequest, name: str) -> HttpResponse:
    return render(request, "notifications/dev_letter.html", {"letter": _find(request, name)})


def letter_html(request: SignedInRequest, name: str) -> HttpResponse:
    return locked_page(_find(request, name).html)


def locked_page(html: str) -> HttpResponse:
    """The inside of a frame."""
    headers = {"Content-Security-Policy": LOCKED, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html.replace("<head>", OPENS_OUTSIDE, 1), headers=headers)


def _find(request: SignedInRequest, name: str) -> Letter:
    letter = letter_for(request.user, name)
    if letter is None:
        raise Http404
    return letter
