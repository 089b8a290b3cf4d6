"""Any program: `dedup`, `summary`, `action` (trigger or resolve), `meta`; `id`, `at` and `link` if it has them.

With a secret set it signs `<seconds>.<body>` and sends X-Ballast-Timestamp and X-Ballast-Signature: v1=<hex>.
"""

from __future__ import annotations

from datetime import datetime

from apps.core.payload import line, part
from apps.core.signatures import hexdigest, require_one, require_recent, versioned
from apps.intake.adapters.signal import Headers, Payload, Signal, Unreadable, moment, quoted, signal

ACTIONS = ("trigger", "resolve")


def check(raw: bytes, headers: Headers, secret: str, now: datetime) -> None:
    if not secret:
        return
    sent = headers.get("x-ballast-timestamp", "")
    expected = hexdigest(secret, f"{sent}.".encode(), raw)
    require_one(expected, versioned(headers.get("x-ballast-signature", ""), "v1"))
    require_recent(sent, now)


def delivery_id(payload: Payload, headers: Headers) -> str:
    return line(payload.get("id"), 150)


def read(payload: Payload, headers: Headers) -> Signal:
    action = payload.get("action", "trigger")
    if action not in ACTIONS:
        raise Unreadable("“action” is neither trigger nor resolve.")
    meta = sorted(part(payload, "meta").items())[:20]
    return signal(
        line(payload.get("dedup")),
        is_firing=action == "trigger",
        title=line(payload.get("summary")),
        at=moment(payload.get("at")),
        text="\n".join(f"- {quoted(line(name, 60))}: {quoted(line(value))}" for name, value in meta),
        link=payload.get("link"),
    )
