"""Turn reminders that are due, whatever they are about, into one digest per person and local day.

Run at any time, by any number of workers: the truth is when each reminder is due, and the outbox's unique key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.digest_days import closes_at, open_day, slot
from apps.audit.operations import record
from apps.core.permissions import require
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.reminders.sources import SOURCES, Due

if TYPE_CHECKING:
    from apps.accounts.models import User

log = structlog.get_logger("ballast.reminders")
KIND = "digest"
BATCH = 1000
MARGIN = timedelta(days=45)  # business days around today and around a due date
BETWEEN_DIGESTS = timedelta(hours=12)
ASK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One owner's turn: today in their zone, and whether today's digest can go out now."""

    owner: User
    calendar: PersonCalendar
    now: datetime
    mailed_days: frozenset[str]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.owner.zone).date()

    @property
    def is_open(self) -> bool:
        """Within the hours of a working day, and not half a day after another date's digest: people fly."""
        begun = slot(self.owner, self.today) <= self.now < closes_at(self.owner, self.today)
        is_too_soon = bool(self.mailed_days - {self.today.isoformat()})
        return begun and not is_too_soon and self.calendar.is_working_day(self.today)

    @property
    def next_slot(self) -> datetime:
        """For what cannot go out now: the first slot of a working day that is still ahead."""
        day = self.calendar.working_day_on_or_after(open_day(self.owner, self.now))
        if slot(self.owner, day) <= self.now:
            day = self.calendar.add_business_days(day, 1)
        return slot(self.owner, day)


def plan_digests(now: datetime) -> int:
    """Queue every digest that is due; how many were offered to the outbox. Nothing due costs a query per source."""
    planned = 0
    while any(source.is_waiting(now) for source in SOURCES):
        most, digests = _plan_batch(now)
        planned += digests
        if most < BATCH:  # what is left is in the hands of another planner
            break
    return planned


@transaction.atomic
def _plan_batch(now: datetime) -> tuple[int, int]:
    """How many reminders the fullest source had, and how many digests came of all."""
    taken = [(source, source.take(now, BATCH)) for source in SOURCES]
    dues = [due for _, found in taken for due in found]
    turns = _turns(dues, now)
    owing = {due.person.pk for due in dues if due.is_live and due.person}
    rows = [_digest(turn) for pk, turn in turns.items() if pk in owing and turn.is_open]
    queue_emails(rows)
    for source, found in taken:
        source.put([(due, _next(due, turns, now)) for due in found])
    return max(len(found) for _, found in taken), len(rows)


def _turns(dues: list[Due], now: datetime) -> dict[int, Turn]:
    """Of people who can be reminded; what belongs to others is counted, and asked again tomorrow."""
    owners = {due.person.pk: due.person for due in dues if due.person and due.person.is_active}
    left = sum(1 for due in dues if due.person is None or due.person.pk not in owners)
    if left:
        log.warning("items without an active owner are not reminded", items=left)
    if not owners:
        return {}
    dates = [now.date(), *(due.around for due in dues)]
    calendars = calendars_of(owners, min(dates) - MARGIN, max(dates) + MARGIN)
    mailed = _days_mailed_since(now - BETWEEN_DIGESTS, owners)
    return {pk: Turn(owner, calendars[pk], now, frozenset(mailed[pk])) for pk, owner in owners.items()}


def _days_mailed_since(since: datetime, owners: Iterable[int]) -> defaultdict[int, set[str]]:
    rows = OutboxMail.objects.filter(
        kind=KIND, recipient__in=owners, not_before__gt=since, dedupe_key__startswith="digest:"
    )
    days: defaultdict[int, set[str]] = defaultdict(set)
    for pk, day in rows.values_list("recipient", "payload__local_date"):
        days[pk].add(day)
    return days


def _digest(turn: Turn) -> OutboxMail:
    day = turn.today.isoformat()
    return outbox_row(
        turn.owner,
        kind=KIND,
        once_per=f"digest:{turn.owner.pk}:{day}",
        not_before=slot(turn.owner, turn.today),
        expires_at=closes_at(turn.owner, turn.today),
        payload={"local_date": day},
    )


def _next(due: Due, turns: dict[int, Turn], now: datetime) -> datetime | None:
    """After today's digest the next stage; when today's cannot go out, the next one that can."""
    if not due.is_live or due.person is None:
        return None
    turn = turns.get(due.person.pk)
    if turn is None:
        return now + ASK_AGAIN
    if turn.is_open:
        return due.next_after(turn.calendar, now, turn.today)
    return turn.next_slot


@transaction.atomic
def send_digest_now(*, by: User, now: datetime) -> OutboxMail:
    """A digest of this moment to oneself, marked as a test: the day's real one goes out all the same.

    Asked for twice within a minute it is sent once.
    """
    require(by.may_write)
    row = outbox_row(
        by,
        kind=KIND,
        once_per=f"test:digest:{by.pk}:{now:%Y-%m-%dT%H:%M}",
        not_before=now,
        expires_at=now + timedelta(hours=1),
        payload={"local_date": now.astimezone(by.zone).date().isoformat(), "test": True},
    )
    queue_emails([row])
    record("digest.requested", row, by=by)
    return row
