"""Due dates: what is usual, moving one with a reason, and the reminder that follows from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.action_items.models import ActionItem, ActionItemPolicy, Redating
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.ledger import cancel_reminders
from apps.action_items.policies import can_edit_action_item
from apps.action_items.reminders import next_reminder
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

LEAVE_KNOWN = timedelta(days=60)
MAX_REASON = 500


class Usual(NamedTuple):
    """The date that the policy gives, and where it comes from."""

    due_on: date
    days: int
    priority: int
    severity: int | None
    is_moved: bool

    @property
    def why(self) -> str:
        """Such as: 30 days for P1 after SEV2, moved to the next working day of its owner"""
        origin = f" after SEV{self.severity}" if self.severity else ""
        moved = ", moved to the next working day of its owner" if self.is_moved else ""
        return f"{self.days} {'day' if self.days == 1 else 'days'} for P{self.priority}{origin}{moved}"


def usual_date(*, priority: int, severity: int | None, owner: User | None, now: datetime) -> Usual:
    """The date the policy gives: by severity and priority, moved to the next working day of the owner."""
    days = ActionItemPolicy.objects.current().days_for(priority, severity)
    plain = (now.astimezone(owner.zone) if owner else now).date() + timedelta(days=days)
    due = calendar_of(owner, around=plain).working_day_on_or_after(plain)
    return Usual(due, days, priority, severity, is_moved=due != plain)


def calendar_of(owner: User | None, *, around: date) -> PersonCalendar:
    if owner is None:
        return PersonCalendar()
    return calendars_of([owner.pk], around - LEAVE_KNOWN, around + LEAVE_KNOWN)[owner.pk]


def upcoming_reminder(
    item: ActionItem, *, now: datetime, promised_at: datetime | None = None
) -> datetime | None:
    """When the owner is next reminded, or None; `promised_at` is when the present date was given."""
    day = item.due_on if item.is_committed else item.effectiveness_check_on
    if item.owner is None or day is None:
        return None
    calendar = calendar_of(item.owner, around=max(day, now.date()))
    return next_reminder(item, calendar, now, promised_at=promised_at)


def refresh_reminder(item: ActionItem, *, now: datetime, promised_at: datetime | None = None) -> None:
    """After it was committed, settled, moved to another date or handed over: everything begins anew."""
    cancel_reminders(item)
    moment = upcoming_reminder(item, now=now, promised_at=promised_at)
    if (moment, None) != (item.next_reminder_at, item.escalates_at):
        item.next_reminder_at, item.escalates_at = moment, None
        item.save(update_fields=["next_reminder_at", "escalates_at"])


@transaction.atomic
def redate(
    item: ActionItem, *, due_on: date, reason: str, seen: int | None = None, by: User, now: datetime
) -> ActionItem:
    """Move a promised date. The first promise stays known; a later date counts as a slip."""
    row = lock(item)
    require(can_edit_action_item(by, row))
    check_version(row, seen)
    if not row.is_committed or row.due_on is None or row.first_due_on is None:
        raise Conflict(f"{row.key} has no promised date that could move.", allowed=row.next_statuses)
    _check_new_date(row.due_on, due_on, reason, today=now.astimezone(by.zone).date())
    before, first = row.due_on, row.first_due_on
    diff = apply_changes(
        row,
        {
            "due_on": due_on,
            "slip_count": row.slip_count + (due_on > before),
            "slipped_days": (due_on - first).days,
            "due_version": row.due_version + 1,
        },
    )
    move = Redating.objects.create(
        item=row, at=now, by=by, from_date=before, to_date=due_on, reason=reason.strip()
    )
    refresh_reminder(row, now=now, promised_at=now)
    record("action_item.redated", row, by=by, changes=diff | {"reason": [None, reason.strip()]})
    tell_followers(row, "redated", f"date-{move.pk}", {"redating": move.pk}, by=by, now=now)
    return row


def _check_new_date(before: date, after: date, reason: str, *, today: date) -> None:
    errors = {}
    if after == before:
        errors["due_on"] = "This is the date it has already."
    elif after < today:
        errors["due_on"] = "This day is over. Choose today or a later one."
    if not reason.strip():
        errors["reason"] = "Say why the date moves."
    elif len(reason.strip()) > MAX_REASON:
        errors["reason"] = f"At most {MAX_REASON} characters."
    if errors:
        raise ValidationError(errors)
