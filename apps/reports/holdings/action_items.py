from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.action_items.operations import assign
from apps.action_items.policies import can_edit_action_item
from apps.reports.holdings.holding import Held, Kind, still_theirs


class ActionItems:
    """Promised or proposed, and not settled."""

    kind = Kind.ACTION_ITEM

    def held(self, person: User, by: User) -> Iterator[Held]:
        rows = ActionItem.objects.visible_to(by).live().owned_by(person).with_people()
        for row in rows.order_by("due_rank", "priority", "number"):
            due = f", due {row.due_on.day} {row.due_on:%b %Y}" if row.due_on else ""
            facts = f"P{row.priority}, {row.get_status_display().lower()}{due}"
            title, may = f"{row.key} {row.title}", can_edit_action_item(by, row)
            is_private = row.incident is not None and row.incident.is_private
            yield Held(self.kind, row.key, title, facts, row.get_absolute_url(), may, is_private)

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        rows = ActionItem.objects.visible_to(by).live().owned_by(person)
        row = still_theirs(rows.filter(key=key).first(), person)
        assign(row, owner=to, is_told=False, seen=row.version, by=by, now=now)
