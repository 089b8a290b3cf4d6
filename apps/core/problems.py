"""The one table of answers: RFC 9457 problem details for programs, plain pages for people."""

from typing import Any

import structlog
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from apps.core.context import origin

log = structlog.get_logger("ballast.problem")
TITLES = {
    400: "Not understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not available in this format",
    409: "Conflict",
    411: "Length required",
    412: "Changed by somebody else",
    413: "Too large",
    415: "Unsupported media type",
    422: "Key already used",
    428: "Version required",
    429: "Too many requests",
    500: "Something broke",
    503: "Not available right now",
}
PAGES = {400: "400.html", 403: "403.html", 404: "404.html", 413: "400.html", 500: "500.html", 503: "503.html"}


def problem(status: int, detail: str = "", **extra: Any) -> dict[str, Any]:
    """type, title, status, detail, request_id, and for 400 `errors`: {field: [sentences]}."""
    body: dict[str, Any] = {"type": "about:blank", "title": TITLES[status], "status": status}
    if detail:
        body["detail"] = detail
    return body | extra | {"request_id": origin.get().request_id}


def problem_response(status: int, detail: str = "", **extra: Any) -> JsonResponse:
    return JsonResponse(
        problem(status, detail, **extra), status=status, content_type="application/problem+json"
    )


def refuse(request: HttpRequest, status: int, detail: str, *, page: str = "") -> HttpResponse:
    """The same refusal for both kinds of door."""
    if request.path.startswith("/api/"):
        return problem_response(status, detail)
    context = {"detail": detail, "request_id": origin.get().request_id, "title": TITLES[status]}
    text = render_to_string(page or PAGES.get(status, "400.html"), context)
    return HttpResponse(text, status=status)


def database_away(request: HttpRequest, error: Error) -> HttpResponse:
    log.error("database away", error=str(error).splitlines()[0] if str(error) else type(error).__name__)
    response = refuse(request, 503, "The database does not answer right now. Nothing was saved. Try again.")
    response["Retry-After"] = "5"
    return response
