"""On which days an owed postmortem reminds whom. Pure: a calendar and a moment in, a moment out.

In business days from the day that the obligation counts from, which usually is the day of mitigation: its owner on the
second while there is no draft (PM1), on the fifth while it is not in review (PM2); on the eighth its owner and the
leads of the team (PM3). Then all of them on the first business day of every week, until it is published or waived.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import open_day, slot, weekly_days

if TYPE_CHECKING:
    from apps.postmortems.models import Nudge

PM1, PM2, PM3 = 2, 5, 8


def first_days(nudge: Nudge, calendar: PersonCalendar) -> list[date]:
    """The stages of this person as things stand; of a row read `with_state`, whose answers may have changed since."""
    state: Any = nudge
    stages = [PM3]
    if not nudge.is_lead:
        early = [PM1] if not state.has_draft else []
        stages = [*early, *([PM2] if not state.is_sent_on else []), PM3]
    return [calendar.add_business_days(nudge.obligation.counts_from, days) for days in stages]


def reminder_days(nudge: Nudge, calendar: PersonCalendar, *, first: date) -> Iterator[date]:
    """In order; the weekly ones begin in the week of `first`."""
    stages = first_days(nudge, calendar)
    return chain(stages, weekly_days(calendar, after=stages[-1], first=first))


def next_nudge(
    nudge: Nudge, calendar: PersonCalendar, now: datetime, *, after: date | None = None
) -> datetime | None:
    """The slot of the first reminder day that is not over yet and comes after `after`."""
    first = open_day(nudge.person, now)
    days = reminder_days(nudge, calendar, first=first)
    day = next((day for day in days if day >= first and (after is None or day > after)), None)
    return slot(nudge.person, day) if day else None


def is_due(nudge: Nudge, calendar: PersonCalendar, today: date) -> bool:
    """Whether a digest of today names it: its first stage has come."""
    return first_days(nudge, calendar)[0] <= today
