"""Reminders of the weekly check-in: planned by the clock, at most one for each person, week and occasion (rule N14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from apps.accounts.calendar import calendars_around
from apps.accounts.models import Membership, User
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.toil.checkins.nudging import AT, SELDOM, T2, Occasion, is_wanted, occasion_of
from apps.toil.models import WeekCheckin
from apps.toil.periods import WEEK, week_name

KIND = "checkin_open"
DAY = timedelta(days=1)
LOOKED_BACK = 3 * SELDOM
Weeks = defaultdict[int, set[date]]


def plan_checkin_nudges(now: datetime) -> int:
    """How many were offered to the outbox, whose key holds person, week and occasion."""
    places = _places(now)
    people = {place.user_id: place.user for place in places if _is_day(place.user, now)}
    if not people:
        return 0
    calendars = calendars_around(people, [now.date()])
    found = {
        pk: occasion
        for pk, person in people.items()
        if (occasion := occasion_of(calendars[pk], person.zone, now))
    }
    if not found:
        return 0
    since = now.date() - LOOKED_BACK
    reminded, confirmed, open_weeks = _reminded(found, since), _confirmed(found, since), _open(places, found)
    rows = [
        _row(people[pk], occasion)
        for pk, occasion in found.items()
        if pk in open_weeks and is_wanted(occasion, reminded[pk], confirmed[pk])
    ]
    queue_emails(rows)
    return len(rows)


def _places(now: datetime) -> list[Membership]:
    """Of teams that want it."""
    first, last = now.date() - 2 * WEEK, now.date() + 2 * DAY
    rows = Membership.objects.filter(
        team__nudges_checkins=True, counts_capacity=True, user__is_active=True
    ).between(first, last)
    return list(rows.select_related("user"))


def _is_day(person: User, now: datetime) -> bool:
    return now.astimezone(person.zone).time() >= AT[T2]


def _open(places: list[Membership], found: dict[int, Occasion]) -> set[int]:
    """Whose week counts for such a team and is not confirmed for it."""
    mondays = {occasion.monday for occasion in found.values()}
    rows = WeekCheckin.objects.filter(person__in=found, monday__in=mondays).values_list(
        "person", "team", "monday"
    )
    done = set(rows)
    return {
        place.user_id
        for place in places
        if (occasion := found.get(place.user_id))
        and any(place.covers(occasion.monday + n * DAY) for n in range(7))
        and (place.user_id, place.team_id, occasion.monday) not in done
    }


def _reminded(people: Collection[int], since: date) -> Weeks:
    rows = OutboxMail.objects.filter(recipient__in=people, kind=KIND, due_at__date__gte=since)
    return _weeks(
        (pk, date.fromisoformat(monday)) for pk, monday in rows.values_list("recipient", "payload__monday")
    )


def _confirmed(people: Collection[int], since: date) -> Weeks:
    return _weeks(
        WeekCheckin.objects.filter(person__in=people, monday__gte=since).values_list("person", "monday")
    )


def _weeks(rows: Iterable[tuple[int, date]]) -> Weeks:
    found: Weeks = defaultdict(set)
    for pk, monday in rows:
        found[pk].add(monday)
    return found


def _row(person: User, occasion: Occasion) -> OutboxMail:
    return outbox_row(
        person,
        kind=KIND,
        once_per=f"toilnudge:{person.pk}:{week_name(occasion.monday)}:{occasion.which}",
        not_before=occasion.begins,
        expires_at=occasion.ends,
        payload={"monday": occasion.monday.isoformat()},
    )
