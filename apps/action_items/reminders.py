"""On which days an action item reminds whom. Pure: a calendar and a moment in, a moment out.

Seven business days before the date of a P0 or P1, three before any date (only if it was promised earlier than that),
on the date or the last business day before it, one business day after it, then on the first business day of every
week; once the owner of the service has been told (E2), of every month. All days are the owner's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, takewhile
from typing import NamedTuple

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import monthly_days, open_day, slot, weekly_days
from apps.action_items.models import COMMITTED, ActionItem, Stage, Status

FIRST_BUSINESS_DAYS = 7
SOON_BUSINESS_DAYS = 3
ESCALATE_AFTER = {Stage.E1: (2, 5), Stage.E2: (5, 10)}
"""Business days after the date: of a P0 or P1, and of anything else."""


class Step(NamedTuple):
    day: date
    stage: Stage
    round: int = 0


def next_reminder(
    item: ActionItem,
    calendar: PersonCalendar,
    now: datetime,
    *,
    after: date | None = None,
    promised_at: datetime | None = None,
    asleep_until: date | None = None,
    stale_since: date | None = None,
) -> datetime | None:
    """The slot of the first reminder day that is not over yet, in UTC; None when nobody is to be reminded.

    `calendar` is the owner's. A slot earlier today still counts until the evening, so that a promise for today
    made in the afternoon is reminded today. `after` leaves out days up to that one; `promised_at` is when the
    present date was given, the commitment unless said otherwise; `stale_since` is the day of E2.
    """
    owner = item.owner
    if owner is None:
        return None
    first = max(open_day(owner, now), after + timedelta(days=1) if after else date.min)
    first = max(first, asleep_until or date.min)
    steps = steps_of(item, calendar, now, promised_at=promised_at, stale_since=stale_since, first=first)
    day = next((step.day for step in steps if step.day >= first), None)
    return slot(owner, day) if day else None


def steps_up_to(
    today: date,
    item: ActionItem,
    calendar: PersonCalendar,
    now: datetime,
    *,
    promised_at: datetime | None = None,
    stale_since: date | None = None,
) -> list[Step]:
    """The stages whose day has come, in order; of those that come again the last one alone."""
    steps = steps_of(item, calendar, now, promised_at=promised_at, stale_since=stale_since, first=today)
    come = list(takewhile(lambda step: step.day <= today, steps))
    again = [step for step in come if step.round][-1:]
    return [step for step in come if not step.round] + again


def steps_of(
    item: ActionItem,
    calendar: PersonCalendar,
    now: datetime,
    *,
    promised_at: datetime | None,
    stale_since: date | None,
    first: date,
) -> Iterator[Step]:
    """In order; the weekly ones begin in the week of `first`. Days of leave count where somebody stands in."""
    if item.owner is None:
        return iter(())
    calendar = calendar.while_others_stand_in()
    if item.status == Status.VERIFIED and item.effectiveness_check_on and not item.effect:
        return iter([Step(calendar.working_day_on_or_after(item.effectiveness_check_on), Stage.V)])
    if item.due_on is None or item.status not in COMMITTED:
        return iter(())
    told = promised_at or item.committed_at or item.created_at or now
    promised = told.astimezone(item.owner.zone).date()
    late = calendar.add_business_days(item.due_on, 1)
    return chain(
        _before(item, item.due_on, calendar, promised),
        [Step(late, Stage.S3)],
        _again(calendar, late, first=first, stale_since=stale_since),
    )


def _before(item: ActionItem, due: date, calendar: PersonCalendar, promised: date) -> Iterator[Step]:
    early = calendar.add_business_days(due, -FIRST_BUSINESS_DAYS)
    soon = calendar.add_business_days(due, -SOON_BUSINESS_DAYS)
    if item.is_urgent and promised < early:
        yield Step(early, Stage.S0)
    if promised < soon:
        yield Step(soon, Stage.S1)
    yield Step(calendar.working_day_on_or_before(due), Stage.S2)


def _again(calendar: PersonCalendar, late: date, *, first: date, stale_since: date | None) -> Iterator[Step]:
    if stale_since:
        for day in monthly_days(calendar, after=stale_since):
            yield Step(day, Stage.SM, day.year * 100 + day.month)
        return
    for day in weekly_days(calendar, after=late, first=first):
        year, week, _ = day.isocalendar()
        yield Step(day, Stage.SW, year * 100 + week)


def escalation_day(item: ActionItem, stage: Stage, calendar: PersonCalendar) -> date:
    """When a lead is told; `calendar` is the owner's, so that their leave stops the clock."""
    assert item.due_on is not None  # noqa: S101  (committed items have a date, the database says so)
    urgent, usual = ESCALATE_AFTER[stage]
    return calendar.add_business_days(item.due_on, urgent if item.is_urgent else usual)
