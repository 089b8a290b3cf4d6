"""Where django-allauth asks us: addresses, limits, who may sign in, how a password is stored."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.operations import set_password
from apps.core.context import client_address


class TooManyAttempts(Exception):
    """429: this account or this address has failed too often, whatever the password is now."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address and the password do not belong together.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """An address that cannot even be read is none of ours."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The one reading of X-Forwarded-For that the audit trail uses too."""
        address = client_address(request)
        if not address:
            raise PermissionDenied("Where this request comes from is unknown.")
        return address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the host name: two names of the portal must not give twice the attempts."""
        return str(credentials.get("email", "")).strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise TooManyAttempts from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Somebody deactivated is told what a wrong password is told."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def forget_failures(self, request: HttpRequest, email: str) -> None:
        """Who has just set a new password through the mailed link may enter at once."""
        self._delete_login_attempts_cached_email(request, email=email)

    def set_password(self, user: User, password: str) -> None:
        user.password = set_password(user, password=password, by=user).password
