"""Secrets in addresses that programs ask without signing in: only their digest is stored."""

from __future__ import annotations

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

SECRET_BYTES = 32
PREFIX = 10


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def prefix_of(secret: str) -> str:
    """By which its row is looked up; 22 more random bytes stay unknown."""
    return secret[:PREFIX]


def digest_of(secret: str, *, purpose: str) -> str:
    """HMAC-SHA-256 with a key derived from SECRET_KEY: a copy of the database alone opens nothing."""
    return salted_hmac(purpose, secret, algorithm="sha256").hexdigest()


def opens(secret: str, digest: str, *, purpose: str) -> bool:
    return constant_time_compare(digest_of(secret, purpose=purpose), digest)
