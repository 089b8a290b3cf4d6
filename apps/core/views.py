"""Health, error pages and the Markdown preview."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from apps.core import health, problems
from apps.core.markdown import render


@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    parts = health.state()
    healthy = all(answer == "ok" for answer in parts.values())
    return JsonResponse({"status": "ok" if healthy else "not ok", **parts}, status=200 if healthy else 503)


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render(request.POST.get("text", "")))


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
    return problems.refuse(request, 403, "The form's token is missing or too old.", page="csrf_failure.html")
