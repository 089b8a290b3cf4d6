"""Turn reminders that are due, whatever they are about, into one digest per person and local day.

Run at any time, by any number of workers: the truth is when each reminder is due, and the outbox's unique key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_around
from apps.accounts.digest_days import closes_at, slot
from apps.audit.operations import record
from apps.core.engines import rows_together
from apps.core.permissions import require
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.reminders.operations.settling import settle_reminders
from apps.reminders.sources import SOURCES, Due, Planned
from apps.reminders.turns import KIND, Turn, mailed_lately

if TYPE_CHECKING:
    from apps.accounts.models import User

log = structlog.get_logger("ballast.reminders")
BATCH = 1000
ASK_AGAIN = timedelta(days=1)
Calendars = dict[int, PersonCalendar]


def plan_digests(now: datetime) -> int:
    """Queue every digest that is due; how many were offered to the outbox. Nothing due costs a query for all sources
    and one for the ledger."""
    settle_reminders(now)
    planned = 0
    while _is_any_waiting(now):
        most, digests = _plan_batch(now)
        planned += digests
        if most < BATCH:  # what is left is in the hands of another planner
            break
    return planned


def _is_any_waiting(now: datetime) -> bool:
    first = [source.waiting(now).order_by().values_list("pk")[:1] for source in SOURCES]
    return any(True for _ in rows_together(first))


@transaction.atomic
def _plan_batch(now: datetime) -> tuple[int, int]:
    """How many reminders the fullest source had, and how many digests came of all."""
    taken = [(source, source.take(now, BATCH)) for source in SOURCES]
    dues = [due for _, found in taken for due in found]
    calendars = _calendars(dues, now)
    turns = _turns(dues, calendars, now)
    owing = {due.person.pk for due in dues if due.is_live and due.person}
    rows = [_digest(turn) for pk, turn in turns.items() if pk in owing and turn.is_open]
    queue_emails(rows)
    for source, found in taken:
        source.put([_planned(due, turns, calendars, now) for due in found], now)
    return max(len(found) for _, found in taken), len(rows)


def _calendars(dues: list[Due], now: datetime) -> Calendars:
    people = {person.pk for due in dues for person in (due.person, due.whose_days) if person}
    return calendars_around(people, [now.date(), *(due.around for due in dues)]) if people else {}


def _turns(dues: list[Due], calendars: Calendars, now: datetime) -> dict[int, Turn]:
    """Of people who can be reminded; what belongs to others is counted, and asked again tomorrow."""
    people = {due.person.pk: due.person for due in dues if due.person and due.person.is_active}
    left = sum(1 for due in dues if due.person is None or due.person.pk not in people)
    if left:
        log.warning("items without an active owner are not reminded", items=left)
    if not people:
        return {}
    mailed = mailed_lately(now, people)
    return {pk: Turn(person, calendars[pk], now, mailed[pk]) for pk, person in people.items()}


def _digest(turn: Turn) -> OutboxMail:
    return outbox_row(
        turn.person,
        kind=KIND,
        once_per=turn.key,
        not_before=slot(turn.person, turn.today),
        expires_at=closes_at(turn.person, turn.today),
        payload={"local_date": turn.today.isoformat()},
    )


def _planned(due: Due, turns: dict[int, Turn], calendars: Calendars, now: datetime) -> Planned:
    """After today's digest the next stage; when today's cannot go out, the next one that can."""
    turn = turns.get(due.person.pk) if due.person else None
    if turn is None or due.person is None:
        return Planned(due, now + ASK_AGAIN if due.is_live and due.person else None, None, None)
    whose = calendars[(due.whose_days or due.person).pk]
    if not due.is_live:
        return Planned(due, None, turn, whose)
    following = due.next_after(whose, now, turn.today) if turn.is_open else turn.next_slot
    return Planned(due, following, turn, whose)


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
    row = OutboxMail.objects.select_related("recipient").get(dedupe_key=row.dedupe_key)
    record("digest.requested", row, by=by)
    return row
