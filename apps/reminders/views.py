"""The page behind the link in a learning letter: it stops the letter without signing in, and only when asked to."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.reminders.learning_letter import reader_of
from apps.reminders.operations import stop_learning_letter


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs open links by themselves: looking changes nothing."""
    reader = reader_of(token)
    if reader and request.method == "POST":
        stop_learning_letter(reader)
        return redirect(request.path)
    return render(request, "reminders/leave.html", {"reader": reader}, status=200 if reader else 404)
