"""On which days an action item reminds its owner. Pure: a calendar and a moment in, a moment out.

Three business days before the date (only if it was promised earlier than that), on the date or the last business
day before it, one business day after it, then on the first business day of every week.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import open_day, slot, weekly_days
from apps.action_items.models import COMMITTED, ActionItem

SOON_BUSINESS_DAYS = 3


def next_reminder(
    item: ActionItem,
    calendar: PersonCalendar,
    now: datetime,
    *,
    after: date | None = None,
    promised_at: datetime | None = None,
) -> datetime | None:
    """The slot of the first reminder day that is not over yet, in UTC; None when nobody is to be reminded.

    `calendar` is the owner's. A slot earlier today still counts until the evening, so that a promise for today
    made in the afternoon is reminded today. `after` leaves out days up to that one; `promised_at` is when the
    present date was given, the commitment unless said otherwise.
    """
    owner = item.owner
    if owner is None or item.due_on is None or item.status not in COMMITTED:
        return None
    first = max(open_day(owner, now), after + timedelta(days=1) if after else date.min)
    promised = (promised_at or item.committed_at or item.created_at or now).astimezone(owner.zone).date()
    days = reminder_days(item.due_on, calendar, promised=promised, first=first)
    day = next((day for day in days if day >= first), None)
    return slot(owner, day) if day else None


def reminder_days(due: date, calendar: PersonCalendar, *, promised: date, first: date) -> Iterator[date]:
    """In order; the weekly ones begin in the week of `first`."""
    soon = calendar.add_business_days(due, -SOON_BUSINESS_DAYS)
    last = calendar.working_day_on_or_before(due)
    late = calendar.add_business_days(due, 1)
    return chain(
        [soon] if promised < soon else [], [last, late], weekly_days(calendar, after=late, first=first)
    )
