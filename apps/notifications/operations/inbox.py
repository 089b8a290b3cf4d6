"""Reading what is in the inbox. It is one's own, and nothing that the trail has to know."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from apps.notifications.models import OutboxMail

if TYPE_CHECKING:
    from apps.accounts.models import User


def mark_read(row: OutboxMail, *, by: User, now: datetime) -> None:
    OutboxMail.objects.inbox_of(by, now).unread().filter(pk=row.pk).update(read_at=now)


def mark_unread(row: OutboxMail, *, by: User, now: datetime) -> None:
    OutboxMail.objects.inbox_of(by, now).filter(pk=row.pk).update(read_at=None)


def mark_all_read(*, by: User, now: datetime) -> int:
    """How many were unread."""
    return OutboxMail.objects.inbox_of(by, now).unread().update(read_at=now)
