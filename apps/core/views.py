"""Health, error pages and the Markdown preview."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import health, kept, markdown, problems

HIDDEN = {"once", "version"}  # of what was kept, for the machine alone


@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether all of the portal works: for who is called when it does not."""
    return _told(health.state())


@login_not_required
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether this process can serve: for who sends it requests. No other web process helps when a worker is dead."""
    return _told(health.ready())


def _told(parts: dict[str, str]) -> JsonResponse:
    well = health.is_well(parts)
    return JsonResponse({"status": "ok" if well else "not ok", **parts}, status=200 if well else 503)


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(markdown.render(request.POST.get("text", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: HttpRequest) -> HttpResponse:
    """What this person typed and sent in this browser while they were signed out: to send it now, or let it go."""
    row = kept.kept_for(request, timezone.now())
    if row is None:
        return redirect("/")
    if request.method == "POST":
        kept.forget(row)
        answer = redirect("/")
        answer.delete_cookie(kept.COOKIE, samesite="Lax")
        return answer
    shown = [(name.replace("_", " "), text) for name, text in row.fields if name not in HIDDEN and text]
    return render(request, "kept.html", {"kept": row, "shown": shown})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return problems.refuse(request, 400, f"More than {most} files came at once. Send fewer, or one .zip.")
    return problems.refuse(request, 400, "The request could not be understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.refuse(request, 403, str(exception) or "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.refuse(request, 404, "There is nothing here that you may see.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Also where a database that is away ends up when middleware, and no view, was the first to ask it."""
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        return problems.database_away(request, error)
    return problems.refuse(request, 500, "Something broke on our side. The request id helps to find it.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before one signed in anew carries an old token; what it sent is kept, and nothing is done."""
    value = kept.keep(request, timezone.now())
    if value:
        answer = redirect("kept")
        kept.tell(answer, value)
        return answer
    return problems.refuse(request, 403, "The form's token is missing or too old.", page="csrf_failure.html")
