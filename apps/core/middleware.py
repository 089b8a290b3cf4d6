"""Middleware, in the order of config/settings.py."""

import re
import uuid
import zoneinfo
from collections.abc import Callable
from datetime import UTC
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from apps.core import kept, problems
from apps.core.context import Origin, client_address, origin
from apps.core.validators import UNSTORABLE

Answer = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("ballast.request")
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
UPLOADS = re.compile(r"/(?:attachments/(?:new/)?|postmortems/import/|toil/imports/new/|toil-imports/)$")


def request_context(get_response: Answer) -> Answer:
    """Gives the request an id, a door and a log line."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        door = "api" if request.path.startswith("/api/") else "web"
        token = origin.set(Origin(door=door, request_id=request_id, address=client_address(request)))
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = get_response(request)
            response["X-Request-Id"] = request_id
            log.info("request", method=request.method, path=request.path, status=response.status_code)
            let_go(response)
            return response
        finally:
            structlog.contextvars.clear_contextvars()
            origin.reset(token)

    return middleware


def let_go(response: HttpResponseBase) -> None:
    """An answer of the API and its view hold one another, and so twenty of them lie about until the collector comes:
    10 MB where answers are long. What is written needs neither."""
    context = getattr(response, "renderer_context", None)
    if context:
        context["view"].response = None
        response.renderer_context = None  # type: ignore[attr-defined]


def input_gate(get_response: Answer) -> Answer:
    """Refuses what no door may let in: NUL and lone surrogates in path or query, oversized bodies."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if UNSTORABLE.search(request.path) or _is_unstorable(request.GET):
            return problems.refuse(request, 400, "The address holds a character that cannot be stored.")
        if settings.HTTPS and not request.is_secure() and request.path.startswith("/api/"):
            return problems.refuse(
                request, 403, "The API answers over https only. Revoke a token sent in clear."
            )
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > (most := _most_bytes(request)):
            return problems.refuse(request, 413, f"The request is larger than {most / 1_000_000:g} MB.")
        return get_response(request)

    return middleware


def _is_unstorable(sent: QueryDict) -> bool:
    return any(UNSTORABLE.search(key + value) for key, values in sent.lists() for value in values)


def _most_bytes(request: HttpRequest) -> int:
    """Of a request; where files are attached or imported, they may come with it."""
    plain = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.method != "POST" or not (found := UPLOADS.search(request.path)):
        return plain
    limits = {"postmortems/import": settings.IMPORT_MAX_BYTES, "toil": settings.TOIL_IMPORT_MAX_BYTES}
    more = (most for start, most in limits.items() if found[0].startswith(f"/{start}"))
    return plain + next(more, settings.ATTACHMENT_MAX_BYTES)


def database_away(get_response: Answer) -> Answer:
    """A database that is away, full or locked too long is 503 with Retry-After, never 500. What it refuses of a
    field that no form has read, as a hidden one, is 400."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            response = get_response(request)
        except (OperationalError, InterfaceError) as error:
            return problems.database_away(request, error)
        return response

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return problems.database_away(request, error)
        if isinstance(error, BadRequest):
            return problems.refuse(request, 400, str(error))
        if isinstance(error, DataError) and _is_unstorable(request.POST):
            return problems.refuse(request, 400, "A field holds a character that cannot be stored.")
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


class LoginWall(LoginRequiredMiddleware):
    """Closed by default. Of a view that is open to all it does not even ask who comes: Django's own does, and so
    makes every public answer depend on a cookie."""

    def process_view(self, request: HttpRequest, view_func: Any, *args: Any) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, *args)
        request.user = get_user(
            request
        )  # themselves: what stands for them until asked costs at each question
        return answer

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """What they typed waits for them behind the gate."""
        value = kept.keep(request, timezone.now())
        if not value:
            return super().handle_no_permission(request, view_func)
        answer = redirect_to_login(reverse("kept"), self.get_login_url(view_func))
        kept.tell(answer, value)
        return answer


def kept_forms(get_response: Answer) -> Answer:
    """A form that was kept and has now gone through is kept no longer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        went_through = request.method == "POST" and response.status_code == 302
        if went_through and kept.COOKIE in request.COOKIES and request.user.is_authenticated:
            row = kept.kept_for(request, timezone.now())
            if row and row.address == request.get_full_path():
                kept.forget(row)
                response.delete_cookie(kept.COOKIE, samesite="Lax")
        return response

    return middleware


def private_answers(get_response: Answer) -> Answer:
    """No cache, shared or not, keeps what a signed-in person was shown. An answer that says it is public is the
    same for everybody, whatever they send along."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        if "public" not in response["Cache-Control"]:
            patch_vary_headers(response, ["Cookie", "Authorization"])
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return middleware


def local_time(get_response: Answer) -> Answer:
    """Times on pages are in the person's own zone. A view that is the same for everybody asks nobody who they are."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(UTC):
            return get_response(request)

    def process_view(request: HttpRequest, view: Any, _args: Any, _keywords: Any) -> None:
        if getattr(view, "is_for_everybody", False):
            return
        zone = getattr(request.user, "time_zone", "") if request.user.is_authenticated else ""
        timezone.activate(zoneinfo.ZoneInfo(zone or "UTC"))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
