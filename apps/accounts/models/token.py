"""Personal API tokens: shown once, stored as a keyed hash, found by their prefix."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models.user import User
from apps.core.prepared import PreparedObjects

MARK = "blst"  # what a token begins with, so that scanners of leaked secrets can tell
PUBLIC_BYTES, SECRET_BYTES = 5, 32


class TokenScope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"


def new_secret() -> tuple[str, str]:
    """The prefix that may be shown for ever, and the whole token that is shown once."""
    prefix = f"{MARK}_{secrets.token_hex(PUBLIC_BYTES)}"
    return prefix, f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"


def digest_of(raw: str) -> str:
    """HMAC-SHA-256 with a key derived from SECRET_KEY: a copy of the database alone tests no guesses."""
    return salted_hmac("ballast.api-token", raw, algorithm="sha256").hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        return self.filter(user=user)

    def revocable_by(self, user: User) -> ApiTokenQuerySet:
        """One's own; an admin ends a leaked one whosesoever it is."""
        return self.all() if user.is_org_admin else self.visible_to(user)

    def usable(self, now: datetime) -> ApiTokenQuerySet:
        return self.filter(revoked_at__isnull=True).exclude(expires_at__lte=now)

    def named_by(self, raw: str) -> ApiToken | None:
        """The token of this secret with its owner, whatever state it is in; one query, always one comparison."""
        found = next(iter(WITH_OWNER.objects("_".join(raw.split("_", 2)[:2]))), None)
        is_it = constant_time_compare(digest_of(raw), found.digest if found else "")
        return found if is_it else None


class ApiToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(max_length=10, choices=TokenScope, default=TokenScope.READ)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, now: datetime) -> bool:
        expired = self.expires_at is not None and self.expires_at <= now
        return not expired and self.revoked_at is None and self.user.is_active

    @property
    def audit_key(self) -> str:
        return f"token {self.prefix}"


WITH_OWNER = PreparedObjects(  # every request of a program begins here
    lambda prefix: ApiToken.objects.order_by().filter(prefix=prefix), joined=["user"]
)
