"""Who calls the API: a bearer token, or a signed-in browser with its CSRF token."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts.models import ApiToken, TokenScope, User
from apps.accounts.operations import note_use
from apps.core.describing import SelfDescribed

SCHEME = "Bearer"
# One answer for unknown, expired, revoked and orphaned tokens: it tells a thief nothing.
UNUSABLE = "This token is not valid."
LONGEST = 200


class BearerAuthentication(SelfDescribed, BaseAuthentication):
    """`Authorization: Bearer blst_…`; one query finds the token and its owner."""

    scheme_name = "token"
    scheme = {"type": "http", "scheme": "bearer", "description": "A personal token from the page Tokens."}

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, raw = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = self._usable(raw.strip())
        if token.scope == TokenScope.READ and request.method not in SAFE_METHODS:
            raise PermissionDenied("This token may read only.")
        return token.user, token

    def _usable(self, raw: str) -> ApiToken:
        now = timezone.now()
        found = (
            ApiToken.objects.named_by(raw)
            if raw.isascii() and raw.isprintable() and len(raw) < LONGEST
            else None
        )
        if found is None or not found.is_usable(now):
            raise AuthenticationFailed(UNUSABLE)
        note_use(found, now=now)
        return found

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Ballast"'


class PortalSessionAuthentication(SelfDescribed, SessionAuthentication):
    """The session of the portal; every unsafe request needs its CSRF token."""

    scheme_name = "session"
    scheme = {"type": "apiKey", "in": "cookie", "name": "session"}

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Ballast"'
