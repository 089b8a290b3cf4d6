"""The type of a request past the login wall, and the day on which it comes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


def today_of(request: Any) -> date:
    """Where the caller is. On pages that is `timezone.localdate()`; but when the zone of a page is set, it is not known
    yet whose token a program sends."""
    return timezone.localdate(timezone=request.user.zone)
