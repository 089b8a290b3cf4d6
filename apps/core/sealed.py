"""Secrets of others that must be read again, to check or make a signature: encrypted wherever they are stored.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key derived from SECRET_KEY: a copy of the database alone opens nothing.
The library takes 12 MB, so it is loaded by the first process that needs it and not by all of them.
"""

import base64
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string


def _box() -> Any:
    key = salted_hmac("ballast.sealed", "1", algorithm="sha256").digest()
    return import_string("cryptography.fernet.Fernet")(base64.urlsafe_b64encode(key))


def seal(secret: str) -> str:
    return str(_box().encrypt(secret.encode()).decode()) if secret else ""


def unseal(sealed: str) -> str:
    """The secret; empty when there is none, or when SECRET_KEY has changed since it was sealed."""
    try:
        return str(_box().decrypt(sealed.encode()).decode()) if sealed else ""
    except import_string("cryptography.fernet.InvalidToken"):
        return ""
