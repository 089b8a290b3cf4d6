"""Rows that go into a digest instead of a mail of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from apps.core.changes import put_moments
from apps.notifications.models import OutboxMail, OutboxStatus


def take_for_digest(now: datetime, size: int) -> list[OutboxMail]:
    """Locked until the caller's transaction ends; those that another planner has are left to it."""
    rows = OutboxMail.objects.for_digest(now).select_for_update(of=("self",), skip_locked=True)
    return list(rows.select_related("recipient").order_by("not_before", "pk")[:size])


def put_in_digests(rows: Iterable[tuple[OutboxMail, date | None, datetime]]) -> None:
    """Each into the digest of its day; without one it waits until the moment."""
    put, waiting = [], []
    for row, day, next_at in rows:
        if day is None:
            row.not_before = next_at
            waiting.append(row)
        else:
            row.status, row.payload = OutboxStatus.IN_DIGEST, row.payload | {"digest_on": day.isoformat()}
            put.append(row)
    put_moments(waiting, "not_before")
    OutboxMail.objects.bulk_update(put, ["status", "payload"], batch_size=500)
