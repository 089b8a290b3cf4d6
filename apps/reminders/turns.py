"""A person's turn: their today, and whether today's digest can still go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import closes_at, open_day, slot
from apps.notifications.models import OutboxMail, OutboxStatus

if TYPE_CHECKING:
    from apps.accounts.models import User

KIND = "digest"
BETWEEN_DIGESTS = timedelta(hours=12)
Mailed = dict[str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """`mailed` says of the last half day's digests, by their dates, how far they are."""

    person: User
    calendar: PersonCalendar
    now: datetime
    mailed: Mailed

    @property
    def today(self) -> date:
        return self.now.astimezone(self.person.zone).date()

    @property
    def key(self) -> str:
        return f"{KIND}:{self.person.pk}:{self.today.isoformat()}"

    @property
    def is_open(self) -> bool:
        """Within the hours of a working day, before today's digest is written, and not half a day after another
        date's: people fly."""
        day = self.today
        begun = slot(self.person, day) <= self.now < closes_at(self.person, day)
        is_written = self.mailed.get(day.isoformat(), OutboxStatus.QUEUED) != OutboxStatus.QUEUED
        is_too_soon = bool(self.mailed.keys() - {day.isoformat()})
        return begun and not is_written and not is_too_soon and self.calendar.is_working_day(day)

    @property
    def next_slot(self) -> datetime:
        """For what cannot go out now: the first slot of a working day that is still ahead."""
        day = self.calendar.working_day_on_or_after(open_day(self.person, self.now))
        if slot(self.person, day) <= self.now:
            day = self.calendar.add_business_days(day, 1)
        return slot(self.person, day)


def mailed_lately(now: datetime, people: Iterable[int]) -> defaultdict[int, Mailed]:
    """{person: {local date: status}} of the real digests, tests left out."""
    rows = OutboxMail.objects.filter(
        kind=KIND,
        recipient__in=people,
        not_before__gt=now - BETWEEN_DIGESTS,
        dedupe_key__startswith=f"{KIND}:",
    )
    found: defaultdict[int, Mailed] = defaultdict(dict)
    for pk, day, status in rows.values_list("recipient", "payload__local_date", "status"):
        found[pk][day] = status
    return found
