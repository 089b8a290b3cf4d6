"""Who was reminded of an item, and when, for its page and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.action_items.models import ActionItem, Reminder, ReminderState, Stage

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class LedgerRow:
    stage: str
    stage_label: str
    recipient: User
    local_date: date
    state: str
    state_label: str


def ledger_for(user: User, item: ActionItem) -> list[LedgerRow]:
    """The newest first. That somebody is away is said to that person alone: to others what is held is planned."""
    rows = Reminder.objects.filter(item=item).select_related("recipient").order_by("-local_date", "-pk")
    return [_row(row, is_own=row.recipient_id == user.pk) for row in rows]


def _row(row: Reminder, *, is_own: bool) -> LedgerRow:
    is_hidden = row.state == ReminderState.HELD and not is_own
    state = ReminderState.PLANNED if is_hidden else ReminderState(row.state)
    stage = Stage(row.stage)
    return LedgerRow(
        stage.value, str(stage.label), row.recipient, row.local_date, state.value, str(state.label)
    )
