"""Not being reminded of a promise for some days. Leads hear of it all the same when its date is long over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.digest_days import slot
from apps.action_items.models import LATE, ActionItem, Reminder, ReminderState, Snooze, Stage
from apps.action_items.operations.dates import calendar_of
from apps.action_items.policies import can_snooze_action_item
from apps.action_items.reminders import escalation_day, next_reminder
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST = timedelta(days=14)
MOST = 2


@transaction.atomic
def snooze(item: ActionItem, *, until: date, by: User, now: datetime) -> ActionItem:
    """Its owner is not reminded before `until`, at most two weeks away and twice for one date. Beyond the date itself
    the date has to move, which takes a reason. The same day again changes nothing."""
    row = lock(item)
    require(can_snooze_action_item(by, row), "Only its owner decides when to be reminded of it.")
    if not row.is_committed or row.due_on is None:
        raise Conflict(f"{row.key} reminds nobody.", allowed=row.next_statuses)
    today = now.astimezone(by.zone).date()
    _check(until, row.due_on, today)
    former = list(Snooze.objects.filter(item=row, due_version=row.due_version))
    if former and former[-1].until == until:
        return row
    if len(former) >= MOST:
        raise Conflict("It was put off twice already. Move its date, and say why.", allowed=["redate"])
    Snooze.objects.create(item=row, due_version=row.due_version, until=until, at=now, by=by)
    _move_clocks(row, by, until, today, now)
    record("action_item.snoozed", row, by=by, changes={"snoozed_until": [None, until.isoformat()]})
    return row


def latest_day(due_on: date, today: date) -> date:
    """Of a promise whose date is still ahead the date itself, at most two weeks from now."""
    return min(due_on, today + LONGEST) if due_on > today else today + LONGEST


def _check(until: date, due_on: date, today: date) -> None:
    if until <= today:
        raise ValidationError({"until": "Choose a day after today."})
    if until > today + LONGEST:
        raise ValidationError({"until": "At most two weeks ahead."})
    if until > latest_day(due_on, today):
        raise ValidationError({"until": "It is due before that. Move its date instead, and say why."})


def _move_clocks(row: ActionItem, owner: User, until: date, today: date, now: datetime) -> None:
    """Who puts off what is late has seen that it is: from now on the clock of the escalation runs."""
    assert row.due_on is not None  # noqa: S101  (checked above)
    calendar = calendar_of(owner, around=max(row.due_on, today))
    row.next_reminder_at = next_reminder(row, calendar, now, asleep_until=until)
    told = Reminder.objects.filter(item=row, due_version=row.due_version, stage__in=LATE)
    if row.due_on < today and not told.exists():
        stage = {"stage": Stage.S3, "due_version": row.due_version, "state": ReminderState.IN_PORTAL}
        Reminder.objects.create(item=row, recipient=owner, local_date=today, **stage)
        day = max(escalation_day(row, Stage.E1, calendar), calendar.add_business_days(today, 1))
        row.escalates_at = slot(owner, day)
    row.save(update_fields=["next_reminder_at", "escalates_at"])
