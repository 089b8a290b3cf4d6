"""What came for somebody who wants it in the daily digest, or was more than a day's mails: one line each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.fields.json import KT

from apps.accounts.calendar import PersonCalendar
from apps.core.engines import Among
from apps.core.prepared import Given, PreparedObjects
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations.digesting import put_in_digests, take_for_digest
from apps.reminders.lines import NEWS, Line, Noun
from apps.reminders.sources.source import Due, Lines, Planned, Readers, people_and_days

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

NOUN = Noun("message", "messages")


def _in_digests(people: Given, first: Given, last: Given) -> QuerySet[OutboxMail]:
    """From the first to the last date, as the payload has them: texts whose order is that of time."""
    rows = OutboxMail.objects.filter(Among("recipient", people), status=OutboxStatus.IN_DIGEST)
    rows = rows.alias(day=KT("payload__digest_on")).filter(day__range=(first, last))  # type: ignore[misc]
    return rows.order_by("due_at", "pk")


IN_DIGESTS = PreparedObjects(_in_digests)


class News:
    def waiting(self, now: datetime) -> QuerySet[Any]:
        return OutboxMail.objects.for_digest(now)

    def take(self, now: datetime, size: int) -> list[Due]:
        return [_due(row, now) for row in take_for_digest(now, size)]

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        put_in_digests(
            (each.due.row, each.turn.today if each.is_carried and each.turn else None, each.next_at or now)
            for each in planned
        )

    def lines(self, readers: Readers) -> Lines:
        people, first, last = people_and_days(readers)
        lines: Lines = defaultdict(list)
        for row in IN_DIGESTS.objects(people, first.isoformat(), last.isoformat()):
            reader = readers.get((row.recipient_id, date.fromisoformat(row.payload["digest_on"])))
            if reader:
                lines[reader.key].append(_line(row, reader.person))
        return lines


def _due(row: OutboxMail, now: datetime) -> Due:
    def following(calendar: PersonCalendar, now: datetime, today: date) -> datetime | None:
        return None

    return Due(row, row.recipient, is_live=True, around=now.date(), next_after=following)


def _line(row: OutboxMail, person: User) -> Line:
    came = row.due_at.astimezone(person.zone)
    return Line(
        noun=NOUN,
        due=came.date(),
        group=NEWS,
        title=row.title,
        url=settings.BASE_URL + row.get_absolute_url(),
        when=f"{came:%A} {came.day} {came:%B}",
        facts="",
        category="news",
    )
