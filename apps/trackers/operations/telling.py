"""Who connected a tracker is told that it no longer works, once for all that goes wrong in a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from apps.accounts.models import User
from apps.notifications.operations import outbox_row, queue_emails

if TYPE_CHECKING:
    from apps.trackers.models import Connection

LIVES = timedelta(days=2)


def tell_of_trouble(connection: Connection, *, now: datetime) -> None:
    owner = connection.created_by
    people = [owner] if owner.is_active and not owner.is_system else list(User.objects.admins())
    since = connection.trouble_since or now
    queue_emails(
        [
            outbox_row(
                person,
                kind="tracker_trouble",
                once_per=f"tracker_trouble:{connection.uuid}:{since.isoformat()}:{person.pk}",
                not_before=now,
                expires_at=now + LIVES,
                payload={"tracker": str(connection.uuid)},
            )
            for person in people
        ]
    )
