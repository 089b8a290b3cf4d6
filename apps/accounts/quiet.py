"""When a person is left alone."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from apps.accounts.calendar import calendars_around, local_slot

if TYPE_CHECKING:
    from apps.accounts.models import User

BEGINS, ENDS = time(18), time(8)


def quiet_until(person: User, now: datetime) -> datetime | None:
    """The end of the person's quiet hours on their next working day; None when they may be written to now. Quiet are
    evenings, nights, and days on which they do not work."""
    today = now.astimezone(person.zone).date()
    calendar = calendars_around([person.pk], [today])[person.pk]
    if not calendar.is_working_day(today):
        return local_slot(calendar.add_business_days(today, 1), ENDS, person.zone)
    begins = local_slot(today, ENDS, person.zone)
    if now < begins:
        return begins
    if now < local_slot(today, BEGINS, person.zone):
        return None
    return local_slot(calendar.add_business_days(today, 1), ENDS, person.zone)
