"""Promises: overdue, due today, due within three business days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from apps.accounts.calendar import PersonCalendar
from apps.action_items.models import ActionItem
from apps.action_items.operations.reminding import put_reminders, take_due_items
from apps.action_items.reminders import SOON_BUSINESS_DAYS, next_reminder
from apps.reminders.lines import Line, Noun, group_of, words_until
from apps.reminders.sources.source import Due

if TYPE_CHECKING:
    from apps.accounts.models import User

NOUN = Noun("action item", "action items")


class ActionItems:
    def is_waiting(self, now: datetime) -> bool:
        return ActionItem.objects.reminder_due(now).exists()

    def take(self, now: datetime, size: int) -> list[Due]:
        return [_due(item, now) for item in take_due_items(now, size)]

    def put(self, moments: Sequence[tuple[Due, datetime | None]]) -> None:
        put_reminders((due.row, moment) for due, moment in moments)

    def lines(self, person: User, today: date, calendar: PersonCalendar) -> list[Line]:
        horizon = calendar.add_business_days(today, SOON_BUSINESS_DAYS)
        return [_line(item, today) for item in ActionItem.objects.due_for(person, horizon)]


def _due(item: ActionItem, now: datetime) -> Due:
    def following(calendar: PersonCalendar, now: datetime, today: date) -> datetime | None:
        return next_reminder(item, calendar, now, after=today)

    return Due(item, item.owner, item.is_committed, item.due_on or now.date(), following)


def _line(item: ActionItem, today: date) -> Line:
    assert item.due_on is not None  # noqa: S101  (committed items have a date, the database says so)
    is_private = item.incident is not None and item.incident.is_private
    return Line(
        noun=NOUN,
        due=item.due_on,
        group=group_of(item.due_on, today),
        title=item.key if is_private else item.title,
        url=settings.BASE_URL + item.get_absolute_url(),
        when=words_until(item.due_on, today),
        facts=_facts(item),
        note="" if is_private or not item.blocked_by else f"Blocked: {item.blocked_by}",
    )


def _facts(item: ActionItem) -> str:
    origin = f"from {item.incident.key}" if item.incident else ""
    said = [f"P{item.priority}", item.get_kind_display().lower(), origin, item.slip_text]
    return ", ".join(filter(None, said))
