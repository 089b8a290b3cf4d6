"""Queue a mail. Called by other operations inside their transaction: a refused change sends nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps.notifications.models import OutboxMail

if TYPE_CHECKING:
    from apps.accounts.models import User


def outbox_row(
    to: User,
    *,
    kind: str,
    once_per: str,
    not_before: datetime,
    expires_at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> OutboxMail:
    """An unsaved row; planners insert many at once."""
    return OutboxMail(
        dedupe_key=once_per,
        kind=kind,
        recipient=to,
        payload=dict(payload or {}),
        not_before=not_before,
        expires_at=expires_at,
        message_id=f"<{uuid.uuid4().hex}@ballast>",
    )


def queue_email(to: User, **what: Any) -> None:
    """Owe one mail (arguments as in `outbox_row`); a second call with the same `once_per` changes nothing."""
    queue_emails([outbox_row(to, **what)])


def queue_emails(rows: list[OutboxMail]) -> None:
    OutboxMail.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
