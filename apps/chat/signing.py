"""Which workspace sent this very body: Slack signs it with the time, Mattermost sends its token along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from apps.chat.models import ChatKind, Workspace
from apps.core.signatures import BadSignature, hexdigest, require_one, require_recent, versioned


def sender_of(
    workspaces: Iterable[Workspace], *, raw: bytes, headers: Mapping[str, str], now: datetime
) -> Workspace | None:
    """Every secret is tried, each in constant time; None when none of them fits."""
    found = [row for row in workspaces if _fits(row, raw=raw, headers=headers, now=now)]
    return found[0] if found else None


def _fits(row: Workspace, *, raw: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    secret = row.secret
    if not secret:
        return False
    try:
        if row.kind == ChatKind.SLACK:
            _check_slack(secret, raw=raw, headers=headers, now=now)
        else:
            _check_mattermost(secret, headers=headers)
    except BadSignature:
        return False
    return True


def _check_slack(secret: str, *, raw: bytes, headers: Mapping[str, str], now: datetime) -> None:
    sent = headers.get("x-slack-request-timestamp", "")
    expected = hexdigest(secret, f"v0:{sent}:".encode(), raw)
    require_one(expected, versioned(headers.get("x-slack-signature", ""), "v0"))
    require_recent(sent, now)


def _check_mattermost(secret: str, *, headers: Mapping[str, str]) -> None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "token":
        raise BadSignature("No token.")
    require_one(secret, [token.strip()])
