"""A creating request that comes twice creates once: Idempotency-Key in the API, a hidden field in forms."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from apps.core.changes import delete_in_batches
from apps.core.errors import KeyReused
from apps.core.models import OnceOnlyRequest

if TYPE_CHECKING:
    from apps.accounts.models import User

KEPT = timedelta(days=2)
LONGEST = 200  # of a key as it is stored


def fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> str:
    """A file by what it holds: its name alone is that of every other export."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"


def claim(user: User, key: str, *, body: str) -> tuple[OnceOnlyRequest, bool]:
    """The row of this key and whether it is new. Runs inside the transaction of the creation.

    A twin that comes at the same moment waits on the unique key until the first has committed.
    Raises KeyReused when the key came before with another body.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key is claimed inside the transaction of the creation")
    key = key if len(key) <= LONGEST else fingerprint(key)  # cut short, two would be one
    row, is_new = OnceOnlyRequest.objects.get_or_create(user=user, key=key, defaults={"fingerprint": body})
    if not is_new and row.fingerprint != body:
        raise KeyReused
    return row, is_new


def answer(row: OnceOnlyRequest, *, status: int, location: str, body: Any = None) -> None:
    row.status, row.location, row.body = status, location, body
    row.save(update_fields=["status", "location", "body"])


def forget_old(now: datetime) -> int:
    return delete_in_batches(OnceOnlyRequest.objects.filter(created_at__lt=now - KEPT))
