"""One learning letter per reader and week, on their first working day; and stopping it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_of, local_slot
from apps.accounts.digest_days import DAY_ENDS, closes_at, first_working_day, monday_of, slot
from apps.accounts.models import User
from apps.accounts.operations import edit_profile
from apps.audit.operations import record
from apps.core.permissions import require
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails

KIND = "learning_letter"
WEEK = timedelta(days=7)
UNTIL_WEDNESDAY = timedelta(days=2)


def plan_learning_letters(now: datetime) -> int:
    """Queue this week's letters whose hour has come; how many were offered to the outbox.

    Run at any time and by any number of workers: the outbox's key holds reader and week.
    """
    readers = list(_without_one(User.objects.active().filter(gets_learning_letter=True), now))
    if not readers:
        return 0
    since = now.date() - WEEK
    calendars = calendars_of([reader.pk for reader in readers], since, since + 3 * WEEK)
    rows = [row for reader in readers if (row := _letter(reader, calendars[reader.pk], now))]
    queue_emails(rows)
    return len(rows)


def _without_one(readers: Iterable[User], now: datetime) -> Iterator[User]:
    keys = {_key(reader, _this_monday(reader, now)): reader for reader in readers}
    known = OutboxMail.objects.filter(dedupe_key__in=list(keys)).values_list("dedupe_key", flat=True)
    for key in keys.keys() - set(known):
        yield keys[key]


def _this_monday(reader: User, now: datetime) -> date:
    return monday_of(now.astimezone(reader.zone).date())


def _key(reader: User, monday: date) -> str:
    return f"weekly-learning:{reader.pk}:{monday:%G-W%V}"


def _letter(reader: User, calendar: PersonCalendar, now: datetime) -> OutboxMail | None:
    """None before the reader's hour, in a week without work, and once the week is half over: what is missed is
    sent until Wednesday evening, or on the day that somebody returns later in the week."""
    monday = _this_monday(reader, now)
    day = first_working_day(calendar, monday)
    if day is None:
        return None
    wednesday = local_slot(monday + UNTIL_WEDNESDAY, DAY_ENDS, reader.zone)
    begins, ends = slot(reader, day), max(wednesday, closes_at(reader, day))
    if not begins <= now < ends:
        return None
    payload = {"monday": (monday - WEEK).isoformat()}
    return outbox_row(
        reader, kind=KIND, once_per=_key(reader, monday), not_before=begins, expires_at=ends, payload=payload
    )


@transaction.atomic
def send_learning_letter_now(*, by: User, now: datetime) -> OutboxMail:
    """Last week's letter to oneself, marked as a test; asked for twice within a minute it is sent once."""
    require(by.may_write)
    row = outbox_row(
        by,
        kind=KIND,
        once_per=f"test:weekly-learning:{by.pk}:{now:%Y-%m-%dT%H:%M}",
        not_before=now,
        expires_at=now + timedelta(hours=1),
        payload={"monday": (_this_monday(by, now) - WEEK).isoformat(), "test": True},
    )
    queue_emails([row])
    record("learning_letter.requested", row, by=by)
    return row


def stop_learning_letter(person: User) -> User:
    """Asked for by the link in the letter; asked again it changes nothing."""
    return edit_profile(person, changes={"gets_learning_letter": False}, by=person)
