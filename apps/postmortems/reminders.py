"""On which days an owed postmortem reminds whom. Pure: a calendar and a moment in, a moment out.

In business days from the day that the obligation counts from, which usually is the day of mitigation: its owner on the
second while there is no draft (PM1), on the fifth while it is not in review (PM2); on the eighth its owner and the
leads of the team (PM3). Where the policy gives longer, a stage waits for it: PM1 until three business days before the
draft is due, PM2 until it is due, PM3 until two before publication is due. With the policy as it is shipped that leaves
SEV1 and SEV2 at 2, 5 and 8, and puts SEV3 and SEV4 (10 and 20 days) at 7, 10 and 18. Then all of them on the first
business day of every week, until it is published or waived.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import open_day, slot, weekly_days

if TYPE_CHECKING:
    from apps.postmortems.models import Nudge, PostmortemObligation

PM1, PM2, PM3 = 2, 5, 8
BEFORE_DRAFT, BEFORE_PUBLISH = 3, 2


def first_days(nudge: Nudge, calendar: PersonCalendar) -> list[date]:
    """The stages of this person as things stand; of a row read `with_state`, whose answers may have changed since."""
    state: Any = nudge
    pm1, pm2, pm3 = stages_of(nudge.obligation, calendar)
    if nudge.is_lead:
        return [pm3]
    return [*([] if state.has_draft else [pm1]), *([] if state.is_sent_on else [pm2]), pm3]


def stages_of(row: PostmortemObligation, calendar: PersonCalendar) -> tuple[date, date, date]:
    """The days of PM1, PM2 and PM3, each the later of its own and of the policy's."""
    draft, publish = (calendar.working_day_on_or_before(day) for day in (row.due_draft, row.due_publish))
    own = [calendar.add_business_days(row.counts_from, days) for days in (PM1, PM2, PM3)]
    pm1 = max(own[0], calendar.add_business_days(draft, -BEFORE_DRAFT))
    pm2 = max(own[1], draft)
    return pm1, pm2, max(own[2], pm2, calendar.add_business_days(publish, -BEFORE_PUBLISH))


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
