"""Signatures in the manner of Standard Webhooks 1.0 (standardwebhooks.com), and where their secrets come from.

A secret is never stored: it is derived from SECRET_KEY, the endpoint and a number that goes up when it is replaced.
A copy of the database signs nothing, and there is nothing to encrypt. A new SECRET_KEY makes all secrets new.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac

MARK = "whsec_"


def key_of(endpoint: UUID, number: int) -> bytes:
    """32 bytes, the HMAC key of an endpoint's secret of this number."""
    return salted_hmac("ballast.webhook-secret", f"{endpoint}:{number}", algorithm="sha256").digest()


def secret_of(endpoint: UUID, number: int) -> str:
    """The same as receivers type it in: whsec_ and base64."""
    return MARK + base64.b64encode(key_of(endpoint, number)).decode("ascii")


def signed_headers(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (whole seconds) and one v1 signature for each key over id.timestamp.body."""
    timestamp = str(int(at.timestamp()))
    content = b".".join([message_id.encode(), timestamp.encode(), body])
    digests = (hmac.new(key, content, hashlib.sha256).digest() for key in keys)
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode('ascii')}" for digest in digests)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signatures}
