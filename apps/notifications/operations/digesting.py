"""Rows that go into a digest instead of a mail of their own."""

from __future__ import annotations

from datetime import date, datetime

from apps.notifications.models import OutboxMail, OutboxStatus


def take_for_digest(now: datetime, size: int) -> list[OutboxMail]:
    """Locked until the caller's transaction ends; those that another planner has are left to it."""
    rows = OutboxMail.objects.for_digest(now).select_for_update(of=("self",), skip_locked=True)
    return list(rows.select_related("recipient").order_by("not_before", "pk")[:size])


def put_in_digest(row: OutboxMail, day: date | None, next_at: datetime) -> None:
    """Into the digest of that day; without one it waits until `next_at`."""
    if day is None:
        row.not_before = next_at
    else:
        row.status, row.payload = OutboxStatus.IN_DIGEST, row.payload | {"digest_on": day.isoformat()}
    row.save(update_fields=["status", "payload", "not_before"])
