"""What the current request is: its id, its door, its address. Set by the middleware, read by the audit trail."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change comes from. `door` is web, api, job or command."""

    door: str = "command"
    request_id: str = ""
    address: str | None = None


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def client_address(request: HttpRequest) -> str | None:
    """The peer's address; X-Forwarded-For counts only for as many proxies as are configured."""
    peer: str | None = request.META.get("REMOTE_ADDR") or None
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    return forwarded[-min(proxies, len(forwarded))] if proxies and forwarded else peer


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the remembered theme and sidebar, and the request id for error pages."""
    theme, side = request.COOKIES.get("theme"), request.COOKIES.get("side")
    return {
        "theme": theme if theme in {"light", "dark"} else "",
        "side": side if side in {"slim", "full"} else "",
        "request_id": origin.get().request_id,
        "embedded": settings.EMBEDDED,
    }
