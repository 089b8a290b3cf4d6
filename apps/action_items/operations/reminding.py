"""Reminders that wait on action items: taken by who plans the digests, and put to their next moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from apps.action_items.models import ActionItem


def take_due_items(now: datetime, size: int) -> list[ActionItem]:
    """Locked until the caller's transaction ends; those that another planner has are left to it."""
    due = ActionItem.objects.reminder_due(now).select_for_update(of=("self",), skip_locked=True)
    return list(due.select_related("owner").order_by("next_reminder_at", "pk")[:size])


def put_reminders(moments: Iterable[tuple[ActionItem, datetime | None]]) -> None:
    """Each item and when it reminds next. It changes nothing else about an item."""
    items = []
    for item, moment in moments:
        item.next_reminder_at = moment
        items.append(item)
    ActionItem.objects.bulk_update(items, ["next_reminder_at"], batch_size=500)
