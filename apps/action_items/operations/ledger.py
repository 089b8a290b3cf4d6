"""Writing the ledger of reminders. Callers hold the locks of the items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.action_items.models import ASKED_AGAIN, OPEN, ActionItem, Reminder, ReminderState
from apps.action_items.reminders import Step
from apps.core.engines import Among

if TYPE_CHECKING:
    from apps.accounts.models import User

NEVER_SENT = (*ASKED_AGAIN, ReminderState.SUPERSEDED)
Ledger = dict[int, list[Reminder]]


@dataclass(frozen=True, slots=True)
class Note:
    """The last of `steps` is what is asked of the recipient on `day`; those before it are over."""

    item: ActionItem
    recipient: User
    steps: list[Step]
    day: date
    state: ReminderState
    digest: str = ""


def ledger_of(items: Iterable[ActionItem]) -> Ledger:
    """{item: its rows of the present date and owner}. One query, or none for no items."""
    found: defaultdict[int, list[Reminder]] = defaultdict(list)
    pks = [item.pk for item in items]
    for row in Reminder.objects.filter(Among("item", pks)).of_these_dates() if pks else ():
        found[row.item_id].append(row)
    return found


def write_ledger(notes: Iterable[Note], known: Ledger) -> None:
    """A stage that was never reached is superseded by the one that is asked now, and one that was held or missed is
    asked again; what was sent stays as it is."""
    new, changed = [], []
    for note in notes:
        rows = {(row.stage, row.round): row for row in known.get(note.item.pk, [])}
        theirs = {
            (row.stage, row.round): row
            for row in known.get(note.item.pk, [])
            if row.recipient_id == note.recipient.pk
        }
        *over, current = note.steps
        for step in over:
            row = rows.get((step.stage, step.round))
            if row is None:
                new.append(_row(note, step, ReminderState.SUPERSEDED, step.day))
            elif row.state in OPEN:
                row.state = ReminderState.SUPERSEDED
                changed.append(row)
        row = theirs.get((current.stage, current.round))
        if row is None:
            new.append(_row(note, current, note.state, note.day))
        elif row.state in NEVER_SENT:
            row.state, row.local_date, row.digest = note.state, note.day, note.digest
            changed.append(row)
    Reminder.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    if changed:
        Reminder.objects.bulk_update(changed, ["state", "local_date", "digest"], batch_size=500)


def _row(note: Note, step: Step, state: ReminderState, day: date) -> Reminder:
    return Reminder(
        item=note.item,
        stage=step.stage,
        round=step.round,
        due_version=note.item.due_version,
        recipient=note.recipient,
        local_date=day,
        state=state,
        digest=note.digest if state == ReminderState.PLANNED else "",
    )


def cancel_reminders(item: ActionItem) -> None:
    """Nothing that waits is asked any more: it is done, given up, or has another date or owner."""
    Reminder.objects.filter(item=item, state__in=OPEN).update(state=ReminderState.CANCELLED)
