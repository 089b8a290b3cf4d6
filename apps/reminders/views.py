"""Today's letter before it is sent. And the page behind the link in a learning letter: it stops the letter without
signing in, and only when asked to."""

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.http import SignedInRequest
from apps.notifications.views.letters import locked_page
from apps.reminders.learning_letter import reader_of
from apps.reminders.operations import stop_learning_letter
from apps.reminders.preview import preview_of


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def today(request: SignedInRequest) -> HttpResponse:
    preview = preview_of(request.user, timezone.now())
    return render(request, "reminders/today.html", {"preview": preview})


def today_html(request: SignedInRequest) -> HttpResponse:
    return locked_page(preview_of(request.user, timezone.now()).html)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs open links by themselves: looking changes nothing."""
    reader = reader_of(token)
    if reader and request.method == "POST":
        stop_learning_letter(reader)
        return redirect(request.path)
    return render(request, "reminders/leave.html", {"reader": reader}, status=200 if reader else 404)
