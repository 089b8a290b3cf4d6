"""The type of a request past the login wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
    htmx: HtmxDetails
