"""Reminders of what is owed: kept beside each obligation, taken by who plans the digests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from apps.accounts.calendar import calendars_around
from apps.accounts.models import User
from apps.core.changes import put_moments
from apps.postmortems.models import Nudge, PostmortemObligation
from apps.postmortems.operations.writers import leads_of
from apps.postmortems.reminders import next_nudge


def renew_nudges(row: PostmortemObligation, *, is_sooner: bool = False, now: datetime) -> None:
    """Who is to be reminded of it now: its owner and the leads; nobody once it is settled. Who stays keeps the moment
    that is planned, unless it is due sooner than before. Callers hold the row's lock."""
    wanted = _people(row, now=now) if row.is_owed else {}
    row.nudges.exclude(person__in=wanted).delete()
    known = set(row.nudges.values_list("person", flat=True))
    new = [person for person in wanted if person.pk not in known]
    for is_lead in (True, False):
        people = [person for person in wanted if wanted[person] is is_lead]
        row.nudges.filter(person__in=people).exclude(is_lead=is_lead).update(is_lead=is_lead)
    Nudge.objects.bulk_create(
        [Nudge(obligation=row, person=person, is_lead=wanted[person]) for person in new],
        ignore_conflicts=True,
    )
    _plan(row, list(wanted) if is_sooner else new, now=now)


def _people(row: PostmortemObligation, *, now: datetime) -> dict[User, bool]:
    """{person: hears of it as a lead}"""
    people = dict.fromkeys(leads_of(row.incident, now=now), True)
    return people | ({row.owner: False} if row.owner else {})


def _plan(row: PostmortemObligation, people: list[User], *, now: datetime) -> None:
    if not people:
        return
    calendars = calendars_around([person.pk for person in people], [row.counts_from, now.date()])
    nudges = list(row.nudges.with_state().filter(person__in=people))
    put_nudges(
        (nudge, _sooner(nudge, next_nudge(nudge, calendars[nudge.person_id], now))) for nudge in nudges
    )


def _sooner(nudge: Nudge, moment: datetime | None) -> datetime | None:
    return min(filter(None, (nudge.next_reminder_at, moment)), default=None)


def take_due_nudges(now: datetime, size: int) -> list[Nudge]:
    """Locked until the caller's transaction ends; those that another planner has are left to it."""
    due = Nudge.objects.due(now).select_for_update(of=("self",), skip_locked=True)
    return list(due.with_state().order_by("next_reminder_at", "pk")[:size])


def put_nudges(moments: Iterable[tuple[Nudge, datetime | None]]) -> None:
    """Each nudge and when it reminds next."""
    nudges = []
    for nudge, moment in moments:
        nudge.next_reminder_at = moment
        nudges.append(nudge)
    put_moments(nudges, "next_reminder_at")
