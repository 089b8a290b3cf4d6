"""Sentry's integration platform: issues, issue alerts and metric alerts. What kind it is says a header."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.core.digits import number_in
from apps.core.payload import line, part
from apps.core.signatures import hexdigest, require_one, require_recent
from apps.intake.adapters.signal import Headers, NothingToDo, Payload, Signal, Unreadable, quoted, signal

FIRING = {
    "event_alert": {"triggered"},
    "metric_alert": {"critical", "warning"},
    "issue": {"created", "unresolved"},
}
RESOLVED = {
    "event_alert": set[str](),
    "metric_alert": {"resolved"},
    "issue": {"resolved", "archived", "ignored"},
}


def check(raw: bytes, headers: Headers, secret: str, now: datetime) -> None:
    require_one(hexdigest(secret, raw), [headers.get("sentry-hook-signature", "")])
    if headers.get("sentry-hook-timestamp"):
        require_recent(headers["sentry-hook-timestamp"], now)


def delivery_id(payload: Payload, headers: Headers) -> str:
    return line(headers.get("request-id"), 150)


def read(payload: Payload, headers: Headers) -> Signal:
    resource, action = headers.get("sentry-hook-resource", ""), payload.get("action")
    if not isinstance(action, str):
        raise Unreadable("“action” is missing.")
    is_firing = action in FIRING.get(resource, ())
    if not is_firing and action not in RESOLVED.get(resource, ()):
        what = " ".join(filter(None, [line(resource, 40), line(action, 40)]))
        raise NothingToDo(f"“{what}” neither begins nor ends an alert.")
    dedup, title, text, link = PARTS[resource](part(payload, "data"))
    return signal(dedup, is_firing=is_firing, title=title, at=sent_at(headers), text=text, link=link)


def sent_at(headers: Headers) -> datetime | None:
    """When Sentry sent it: the one time that all of its resources have."""
    seconds = number_in(headers.get("sentry-hook-timestamp", "").strip(), digits=11)
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def _issue(data: dict[str, Any]) -> tuple[str, str, str, Any]:
    issue = part(data, "issue")
    text = quoted(line(issue.get("culprit")))
    return _key("issue", issue.get("id")), line(issue.get("title")), text, issue.get("web_url")


def _event(data: dict[str, Any]) -> tuple[str, str, str, Any]:
    """Under the key of its issue, so that resolving the issue ends it."""
    event = part(data, "event")
    rule = line(data.get("triggered_rule"))
    return _key("issue", event.get("issue_id")), line(event.get("title")), quoted(rule), event.get("web_url")


def _metric(data: dict[str, Any]) -> tuple[str, str, str, Any]:
    text = quoted(line(data.get("description_text")))
    key = _key("metric", part(data, "metric_alert").get("id"))
    return key, line(data.get("description_title")), text, data.get("web_url")


def _key(kind: str, number: object) -> str:
    return f"{kind}:{line(number)}" if line(number) else ""


PARTS = {"issue": _issue, "event_alert": _event, "metric_alert": _metric}
