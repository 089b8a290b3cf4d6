"""What came for somebody who wants it in the daily digest, or was more than a day's mails: one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.accounts.calendar import PersonCalendar
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations.digesting import put_in_digest, take_for_digest
from apps.reminders.lines import NEWS, Line, Noun
from apps.reminders.sources.source import Due, Planned

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

NOUN = Noun("message", "messages")


class News:
    def waiting(self, now: datetime) -> QuerySet[Any]:
        return OutboxMail.objects.for_digest(now)

    def take(self, now: datetime, size: int) -> list[Due]:
        return [_due(row, now) for row in take_for_digest(now, size)]

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        for each in planned:
            day = each.turn.today if each.is_carried and each.turn else None
            put_in_digest(each.due.row, day, each.next_at or now)

    def lines(self, person: User, today: date, calendar: PersonCalendar) -> list[Line]:
        rows = OutboxMail.objects.of(person).filter(
            status=OutboxStatus.IN_DIGEST, payload__digest_on=today.isoformat()
        )
        return [_line(row, person) for row in rows.order_by("due_at", "pk")]


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
