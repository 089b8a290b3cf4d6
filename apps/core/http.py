"""The type of a request past the login wall, and which version its form was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from apps.core.digits import number_in

if TYPE_CHECKING:
    from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


def seen_version(request: HttpRequest) -> int | None:
    """The version that the page showed; a page that sends none is not refused."""
    return number_in(request.POST.get("version", ""))
