"""The ledger learns what became of the mails: sent, or to be asked again on the next business day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.calendar import calendars_around
from apps.action_items.models import ESCALATIONS, ActionItem, Reminder, ReminderState
from apps.action_items.operations.reminding import put_reminders
from apps.notifications.models import OutboxStatus
from apps.reminders.turns import Turn

BATCH = 1000
# Who wants no mail, or gets none, is told in the portal (rule N23): what is done meanwhile was cancelled with it.
BECAME = {
    OutboxStatus.SENT: ReminderState.SENT,
    OutboxStatus.IN_PORTAL: ReminderState.IN_PORTAL,
    OutboxStatus.SUPPRESSED: ReminderState.IN_PORTAL,
    OutboxStatus.SKIPPED_EMPTY: ReminderState.IN_PORTAL,
    OutboxStatus.UNKNOWN: ReminderState.MISSED,
    OutboxStatus.EXPIRED: ReminderState.MISSED,
    OutboxStatus.FAILED: ReminderState.MISSED,
}


def settle_reminders(now: datetime) -> int:
    """How many are settled. A digest that was not sent, or of which nobody knows, is not sent again: its stages come
    back in the next one."""
    ended = Reminder.objects.planned().whose_mail_is(BECAME)
    rows = list(ended.select_related("recipient").order_by("pk")[:BATCH])
    if rows:
        _settle(rows, now)
    return len(rows)


@transaction.atomic
def _settle(rows: list[Reminder], now: datetime) -> None:
    for row in rows:
        row.state = BECAME[row.mail_status]  # type: ignore[attr-defined]
    for state in {row.state for row in rows}:
        alike = [row.pk for row in rows if row.state == state]
        Reminder.objects.planned().filter(pk__in=alike).update(state=state)
    missed = [row for row in rows if row.state == ReminderState.MISSED]
    if missed:
        _ask_again(missed, now)


def _ask_again(missed: list[Reminder], now: datetime) -> None:
    people = {row.recipient_id: row.recipient for row in missed}
    calendars = calendars_around(people, [now.date()])
    slots = {pk: Turn(person, calendars[pk], now, {}).next_slot for pk, person in people.items()}
    found = ActionItem.objects.committed().filter(pk__in=[row.item_id for row in missed])
    items = {item.pk: item for item in found.select_for_update().order_by("pk")}
    for row in missed:
        item = items.get(row.item_id)
        if item is None or item.due_version != row.due_version:
            continue
        moment = slots[row.recipient_id]
        if row.stage in ESCALATIONS:
            item.escalates_at = min(filter(None, [item.escalates_at, moment]))
        else:
            item.next_reminder_at = min(filter(None, [item.next_reminder_at, moment]))
    put_reminders(items.values(), "next_reminder_at", "escalates_at")
