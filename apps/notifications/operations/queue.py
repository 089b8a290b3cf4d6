"""Queue a mail. Called by other operations inside their transaction: a refused change sends nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps.core.changes import delete_in_batches
from apps.notifications.message import sender
from apps.notifications.models import KEPT, LEASED, OutboxMail, OutboxStatus

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
    """An unsaved row; planners insert many at once. Its Message-ID stays the same through every attempt."""
    name = uuid.uuid4()
    return OutboxMail(
        uuid=name,
        dedupe_key=once_per,
        kind=kind,
        recipient=to,
        payload=dict(payload or {}),
        due_at=not_before,
        not_before=not_before,
        expires_at=expires_at,
        message_id=f"<{name}@{sender().domain}>",
    )


def queue_email(to: User, **what: Any) -> None:
    """Owe one mail (arguments as in `outbox_row`); a second call with the same `once_per` changes nothing."""
    queue_emails([outbox_row(to, **what)])


def queue_emails(rows: list[OutboxMail]) -> None:
    OutboxMail.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def forget_old(now: datetime) -> int:
    """Rows are kept for three months; what is still owed stays."""
    done = OutboxMail.objects.exclude(status__in=[OutboxStatus.QUEUED, OutboxStatus.FOR_DIGEST, *LEASED])
    return delete_in_batches(done.filter(created_at__lt=now - KEPT))
