"""PagerDuty, generic webhooks (V3): one delivery is one event of one of its incidents."""

from __future__ import annotations

from datetime import datetime

from apps.core.payload import line, part
from apps.core.signatures import hexdigest, require_one, versioned
from apps.intake.adapters.signal import (
    Headers,
    NothingToDo,
    Payload,
    Signal,
    Unreadable,
    moment,
    quoted,
    signal,
)

FIRING = {"incident.triggered", "incident.reopened"}
RESOLVED = {"incident.resolved"}


def check(raw: bytes, headers: Headers, secret: str, now: datetime) -> None:
    """No time is sent with it: what is sent again is told by its event's id."""
    require_one(hexdigest(secret, raw), versioned(headers.get("x-pagerduty-signature", ""), "v1"))


def delivery_id(payload: Payload, headers: Headers) -> str:
    return line(part(payload, "event").get("id"), 150)


def read(payload: Payload, headers: Headers) -> Signal:
    event = part(payload, "event")
    kind, data = event.get("event_type"), part(event, "data")
    if not isinstance(kind, str):
        raise Unreadable("“event.event_type” is missing.")
    if kind not in FIRING | RESOLVED:
        raise NothingToDo(f"{line(kind, 60)} neither begins nor ends an alert.")
    parts = {"Service": part(data, "service").get("summary"), "Urgency": data.get("urgency")}
    parts["Priority"] = part(data, "priority").get("summary")
    return signal(
        line(data.get("id")),
        is_firing=kind in FIRING,
        title=line(data.get("title")),
        at=moment(event.get("occurred_at")),
        text="\n".join(f"- {name}: {quoted(line(value))}" for name, value in parts.items() if line(value)),
        link=data.get("html_url"),
    )
