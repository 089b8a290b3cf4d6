"""One's own weeks that wait for a check-in. Nobody else sees this list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import Membership, Team, User
from apps.core.prepared import Prepared, PreparedObjects
from apps.toil.capacity import Place, capacity_of
from apps.toil.models import ToilSlice, WeekCheckin
from apps.toil.periods import WEEK, Period, last_weeks, monday_of, week_name, week_of
from apps.toil.staff import Staff

ASKED_WEEKS = 4
SHOWN_WEEKS = 2
"""Of what is confirmed, so that it can be taken back."""


@dataclass(frozen=True, slots=True)
class OwnWeekOf:
    team: Team
    monday: date
    seconds: int
    checkin: WeekCheckin | None
    is_free: bool = False
    """No time for the team in it, on leave for instance: then nothing is missing where nothing is logged."""

    @property
    def is_asked(self) -> bool:
        return self.checkin is None and not (self.is_free and not self.seconds)

    @property
    def week(self) -> str:
        return week_name(self.monday)


def weeks_to_confirm(user: User, now: datetime) -> list[OwnWeekOf]:
    """By week and team, newest first: those of the last four weeks that the user may confirm and has not, and what
    was confirmed of the last two. Five queries, or six where public holidays apply."""
    today = now.astimezone(user.zone).date()
    return _waiting(_own_weeks(user, asked_weeks(today), today), today)


def team_weeks_to_confirm(user: User, staff: Staff, today: date) -> list[OwnWeekOf]:
    """The same of one team, whose people are known from `asked_weeks` on; two queries, none for who has no place."""
    period, team = asked_weeks(today), staff.team
    minutes = staff.minutes_of(user.pk, period)
    weeks = {monday: _of_week(minutes, monday) for monday in period.mondays[::-1]}
    opened = [monday for monday, days in weeks.items() if days and today >= opens_on(days, monday)]
    if not opened:
        return []
    logged = _by_week(LOGGED.rows(user.pk, team.pk, period.start, period.end))
    checkins = CHECKINS.objects(user.pk, team.pk, period.start, period.end)
    known = {row.monday: row for row in checkins}
    found = [
        OwnWeekOf(team, monday, logged.get(monday, 0), known.get(monday), not any(weeks[monday].values()))
        for monday in opened
    ]
    return _waiting(found, today)


def asked_weeks(today: date) -> Period:
    return last_weeks(today, ASKED_WEEKS)


def _waiting(found: list[OwnWeekOf], today: date) -> list[OwnWeekOf]:
    recent = last_weeks(today, SHOWN_WEEKS)
    return [row for row in found if row.is_asked or (row.checkin and row.monday in recent)]


def week_to_confirm(user: User, monday: date, now: datetime) -> list[OwnWeekOf]:
    """One week by team, however old: where the user counted in it and may confirm it by now."""
    return _own_weeks(user, week_of(monday), now.astimezone(user.zone).date())


def _own_weeks(user: User, period: Period, today: date) -> list[OwnWeekOf]:
    opened = _opened(user, period, today)
    if not opened:
        return []
    logged, checkins = _logged(user, period), _checkins(user, period)
    return [
        OwnWeekOf(team, monday, logged.get((team.pk, monday), 0), checkins.get((team.pk, monday)), is_free)
        for team, monday, is_free in opened
    ]


def opens_on(minutes_by_day: dict[date, Decimal], monday: date) -> date:
    """When a week may be confirmed: on its last working day; at once when there is none."""
    return max((day for day, minutes in minutes_by_day.items() if minutes), default=monday)


def _opened(user: User, period: Period, today: date) -> list[tuple[Team, date, bool]]:
    rows = Membership.objects.filter(user=user, counts_capacity=True).between(period.start, period.end)
    places = list(rows.select_related("team").order_by("team__name"))
    calendar = calendars_of([user.pk], period.start, period.end)[user.pk]
    teams = {row.team_id: row.team for row in places}
    days = {pk: _days([row for row in places if row.team_id == pk], calendar, period) for pk in teams}
    mondays = period.mondays[::-1]
    weeks = {(pk, monday): _of_week(days[pk], monday) for monday in mondays for pk in teams}
    return [
        (teams[pk], monday, not any(found.values()))
        for (pk, monday), found in weeks.items()
        if found and today >= opens_on(found, monday)
    ]


def _days(rows: list[Membership], calendar: PersonCalendar, period: Period) -> dict[date, Decimal]:
    places = [Place(row.user_id, row.allocation_pct, row.valid_from, row.valid_to) for row in rows]
    found = capacity_of(places, {place.person_id: calendar for place in places}, period.days)
    return {day: minutes for (_, day), minutes in found.items()}


def _of_week(days: dict[date, Decimal], monday: date) -> dict[date, Decimal]:
    return {day: minutes for day, minutes in days.items() if monday <= day < monday + WEEK}


def _logged(user: User, period: Period) -> dict[tuple[int, date], int]:
    rows = ToilSlice.objects.of_person(user, period.start, period.end).toil().order_by()
    found: dict[tuple[int, date], int] = {}
    for team, day, seconds in rows.values_list("team", "local_date").annotate(total=Sum("attributed")):
        place = team, monday_of(day)
        found[place] = found.get(place, 0) + seconds
    return found


def _checkins(user: User, period: Period) -> dict[tuple[int, date], WeekCheckin]:
    rows = WeekCheckin.objects.filter(person=user, monday__gte=period.start, monday__lt=period.end)
    return {(row.team_id, row.monday): row for row in rows}


def _by_week(days: Iterable[tuple[date, int]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for day, seconds in days:
        found[monday_of(day)] = found.get(monday_of(day), 0) + seconds
    return found


LOGGED = Prepared(
    lambda person, team, start, end: (
        ToilSlice.objects.of_person(person, start, end)
        .toil()
        .filter(team=team)
        .order_by()
        .values_list("local_date")
        .annotate(total=Sum("attributed"))
    )
)
CHECKINS = PreparedObjects(
    lambda person, team, start, end: WeekCheckin.objects.filter(
        person=person, team=team, monday__gte=start, monday__lt=end
    )
)
