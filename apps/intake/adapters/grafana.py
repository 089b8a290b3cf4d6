"""Grafana alerting: Alertmanager's shape with a title. Signed when its contact point has an HMAC secret; the
contact point must then also send the time, as X-Grafana-Alerting-Timestamp, or the signature alone counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from apps.core.payload import line
from apps.core.signatures import hexdigest, require_one, require_recent
from apps.intake.adapters import alertmanager
from apps.intake.adapters.signal import Headers, Payload, Signal

delivery_id = alertmanager.delivery_id


def check(raw: bytes, headers: Headers, secret: str, now: datetime) -> None:
    if not secret:
        return
    sent = headers.get("x-grafana-alerting-timestamp", "")
    if sent:
        require_recent(sent, now)
    before = f"{sent}:".encode() if sent else b""
    require_one(hexdigest(secret, before, raw), [headers.get("x-grafana-alerting-signature", "")])


def read(payload: Payload, headers: Headers) -> Signal:
    found = alertmanager.read(payload, headers)
    named = found.title != "Alert without a name"
    return found if named else replace(found, title=line(payload.get("title"), 200) or found.title)
