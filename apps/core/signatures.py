"""Signatures are made over the raw body, before anybody parsed it, and compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from apps.core.digits import number_in

CLOCKS_MAY_DIFFER = timedelta(minutes=5)


class BadSignature(Exception):
    """The sentence is for the log; the sender is told no more than that it is refused."""


def hexdigest(secret: str, *parts: bytes) -> str:
    return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def require_one(expected: str, given: Iterable[str]) -> None:
    """One of the signatures is ours: while a secret is replaced senders sign with both."""
    matches = [hmac.compare_digest(expected.encode(), one.encode(errors="replace")) for one in given]
    if not any(matches):
        raise BadSignature("No signature matches.")


def require_recent(sent: str, now: datetime) -> None:
    """`sent` in seconds since 1970. What was recorded earlier and is sent again does not count."""
    seconds = number_in(sent.strip(), digits=11)
    if seconds is None:
        raise BadSignature("The time stamp is no number of seconds.")
    if abs(now.timestamp() - seconds) > CLOCKS_MAY_DIFFER.total_seconds():
        raise BadSignature("The time stamp is more than five minutes off.")


def versioned(header: str, version: str) -> list[str]:
    """The signatures of one version in `v1=…,v1=…`."""
    pieces = (piece.strip() for piece in header.split(","))
    return [piece.removeprefix(f"{version}=") for piece in pieces if piece.startswith(f"{version}=")]
