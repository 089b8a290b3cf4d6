"""Prometheus Alertmanager, webhook version 4: one delivery is one group of alerts.

It signs nothing; with a secret set, it must send it as `Authorization: Bearer` (http_config.authorization).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.payload import line, part, rows
from apps.core.signatures import BadSignature, require_one
from apps.intake.adapters.signal import Headers, Payload, Signal, Unreadable, moment, quoted, signal

SHOWN = 10


def check(raw: bytes, headers: Headers, secret: str, now: datetime) -> None:
    if not secret:
        return
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise BadSignature("It sent no bearer credentials.")
    require_one(secret, [credentials.strip()])


def delivery_id(payload: Payload, headers: Headers) -> str:
    """None is sent; a repeated or retried notification has the same body, to the nanosecond of startsAt."""
    return ""


def read(payload: Payload, headers: Headers) -> Signal:
    alerts = rows(payload.get("alerts"))
    status = payload.get("status")
    if status not in ("firing", "resolved"):
        raise Unreadable("“status” is neither firing nor resolved.")
    return signal(
        line(payload.get("groupKey"), 10_000),
        is_firing=status == "firing",
        title=title_of(payload, alerts),
        at=newest(alerts),
        text=text_of(payload, alerts),
        link=next((one.get("generatorURL") for one in alerts), "") or payload.get("externalURL"),
    )


def newest(alerts: list[dict[str, Any]]) -> datetime | None:
    """The last thing that happened in the group: an alert of it began, or ended."""
    times = [moment(one.get("endsAt" if one.get("status") == "resolved" else "startsAt")) for one in alerts]
    return max((time for time in times if time), default=None)


def title_of(payload: Payload, alerts: list[dict[str, Any]]) -> str:
    firing = [one for one in alerts if one.get("status") == "firing"] or alerts
    summary = part(payload, "commonAnnotations").get("summary") or next(
        (part(one, "annotations").get("summary") for one in firing), ""
    )
    names = {**part(payload, "groupLabels"), **part(payload, "commonLabels")}
    return line(summary) or line(names.get("alertname")) or ", ".join(map(line, names.values()))


def text_of(payload: Payload, alerts: list[dict[str, Any]]) -> str:
    lines = [f"- {quoted(describe(one))}" for one in alerts[:SHOWN]]
    cut = payload.get("truncatedAlerts")
    left = max(len(alerts) - SHOWN, 0) + (cut if isinstance(cut, int) and 0 < cut < 10**9 else 0)
    return "\n".join([*lines, *([f"- and {left} more"] if left else [])])


def describe(alert: dict[str, Any]) -> str:
    labels, notes = part(alert, "labels"), part(alert, "annotations")
    shown = [f"{name}={line(value, 60)}" for name, value in sorted(labels.items())[:8]]
    said = line(notes.get("description") or notes.get("summary"), 200)
    return line(f"{alert.get('status')}: {', '.join(shown)}{'. ' + said if said else ''}", 350)
