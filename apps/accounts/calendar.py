"""One person's days: contract minutes, leave, business days, and wall-clock times as moments.

Pure reading: build calendars with `calendars_of`, then ask them anything without another query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from apps.accounts.models import Absence, HolidayYear, WorkSchedule
from apps.accounts.models.capacity import Place
from apps.accounts.models.leave import ReadLeave
from apps.core.engines import Among
from apps.core.prepared import Prepared, PreparedObjects

FIRST_WEEKEND_DAY = 5
DAY = timedelta(days=1)
# Leave longer than this is no leave any more: counting goes on with plain weekdays, so it always ends.
SEARCHED_DAYS = 366
AROUND = timedelta(days=60)  # reaches over the longest leave that ten business days are counted through


@dataclass(frozen=True, slots=True)
class PersonCalendar:
    """The dated schedules and absences of one person, and the public holidays of the places in the schedules.

    Somebody without any schedule has no capacity, but is reminded from Monday to Friday.
    """

    schedules: tuple[WorkSchedule, ...] = ()
    absences: tuple[Absence | ReadLeave, ...] = ()
    holidays: Mapping[Place, Mapping[date, str]] = field(default_factory=dict, compare=False)

    def schedule_on(self, day: date) -> WorkSchedule | None:
        return next((schedule for schedule in self.schedules if schedule.covers(day)), None)

    def scheduled_minutes(self, day: date) -> int:
        """Contract minutes, whatever the clocks do on that day."""
        schedule = self.schedule_on(day)
        return schedule.minutes_on(day) if schedule else 0

    def _absent_of(self, scheduled: int, day: date) -> int:
        """Minutes of leave, never more than were scheduled, however many absences touch the day."""
        return min(scheduled, sum(row.minutes_of(scheduled) for row in self._absences_on(day)))

    def holiday_on(self, day: date) -> str:
        """The name of the public holiday where the person works on that day; "" when there is none."""
        schedule = self.schedule_on(day)
        return self.holidays.get(schedule.place, {}).get(day, "") if schedule else ""

    def capacity_minutes(self, day: date) -> int:
        """Nothing on a public holiday, whatever leave was taken on it: no day is taken off twice."""
        scheduled = self.scheduled_minutes(day)
        if not scheduled or self.holiday_on(day):
            return 0
        return scheduled - self._absent_of(scheduled, day)

    def weeks(self, mondays: Iterable[date]) -> dict[date, list[int]]:
        """`capacity_minutes` of the seven days of all these weeks at once: years of them are asked for when stored sums
        are computed again."""
        found = {monday: [0] * 7 for monday in mondays}
        for schedule in self.schedules:
            _write_minutes(found, schedule, self.holidays.get(schedule.place, {}))
        for (week, place), minutes in self._absent(found).items():
            found[week][place] = max(0, found[week][place] - minutes)
        return found

    def _absent(self, weeks: Mapping[date, Sequence[int]]) -> Mapping[tuple[date, int], int]:
        """Minutes of leave by monday and weekday."""
        found: defaultdict[tuple[date, int], int] = defaultdict(int)
        first, last = min(weeks, default=date.max), max(weeks, default=date.min)
        for row in self.absences:
            for day in days_from(max(first, row.first_on), min(last + 6 * DAY, row.last_on)):
                place = day.weekday()
                monday = day - place * DAY
                if week := weeks.get(monday):
                    found[monday, place] += row.minutes_of(week[place])
        return found

    def is_working_day(self, day: date) -> bool:
        if self.schedules:
            return self.capacity_minutes(day) > 0
        return day.weekday() < FIRST_WEEKEND_DAY and not self.is_away(day)

    def is_away(self, day: date) -> bool:
        """On leave all day."""
        return any(row.is_whole for row in self._absences_on(day))

    def while_others_stand_in(self) -> PersonCalendar:
        """Days of leave on which somebody stands in are days like any other."""
        return replace(self, absences=tuple(row for row in self.absences if row.delegate_id is None))

    def add_business_days(self, day: date, n: int) -> date:
        """The nth working day after `day`, or before it when n is negative; `day` itself when n is 0."""
        step = DAY if n >= 0 else -DAY
        for _ in range(abs(n)):
            day = self._next_working_day(day, step)
        return day

    def working_day_on_or_before(self, day: date) -> date:
        return day if self.is_working_day(day) else self._next_working_day(day, -DAY)

    def working_day_on_or_after(self, day: date) -> date:
        return day if self.is_working_day(day) else self._next_working_day(day, DAY)

    def _next_working_day(self, day: date, step: timedelta) -> date:
        following = (day + step * count for count in range(1, SEARCHED_DAYS + 1))
        found = next(filter(self.is_working_day, following), None)
        if found is None:
            nearest = (day + step * count for count in range(1, SEARCHED_DAYS + 1))
            found = next(each for each in nearest if each.weekday() < FIRST_WEEKEND_DAY)
        return found

    def _absences_on(self, day: date) -> Iterable[Absence | ReadLeave]:
        return (row for row in self.absences if row.first_on <= day <= row.last_on)


def _write_minutes(weeks: Mapping[date, list[int]], schedule: WorkSchedule, off: Iterable[date]) -> None:
    """Those of the days that it covers: none on public holidays."""
    minutes, begins, ends = schedule.minutes, schedule.valid_from, schedule.valid_to or date.max
    touched, whole = begins - 6 * DAY, ends - 6 * DAY
    for monday, week in weeks.items():
        if begins <= monday < whole:
            week[:] = minutes
        elif touched <= monday < ends:
            week[:] = (
                minutes[n] if begins <= monday + n * DAY < ends else other for n, other in enumerate(week)
            )
    for day in off:
        place = day.weekday()
        if begins <= day < ends and (found := weeks.get(day - place * DAY)):
            found[place] = 0


def days_from(first: date, last: date) -> Iterable[date]:
    """Both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def local_slot(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment of a wall-clock time on a local date, in UTC.

    A time the clocks skip moves forward by what was skipped; a time they repeat means its first pass.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


SCHEDULES = PreparedObjects(
    lambda people: WorkSchedule.objects.filter(Among("user", people)).order_by("-valid_from")
)
ABSENCES = Prepared(
    lambda people, start, end: (
        Absence.objects.filter(Among("user", people), first_on__lt=end, last_on__gte=start)
        .order_by("first_on")
        .values_list("user", *ReadLeave.COLUMNS)
    )
)


def calendars_of(user_ids: Iterable[int], start: date, end: date) -> dict[int, PersonCalendar]:
    """Everybody's calendar in two queries, or three where public holidays apply. Schedules are known for all time,
    absences and holidays for [start, end): take the range wide enough for the business days that will be counted."""
    ids = set(user_ids)
    schedules: defaultdict[int, list[WorkSchedule]] = defaultdict(list)
    absences: defaultdict[int, list[ReadLeave]] = defaultdict(list)
    for schedule in SCHEDULES.objects(list(ids)):
        schedules[schedule.user_id].append(schedule)
    for person, *leave in ABSENCES.rows(list(ids), start, end):
        absences[person].append(ReadLeave(leave))
    holidays = _holidays({row.place for found in schedules.values() for row in found}, start, end)
    return {pk: PersonCalendar(tuple(schedules[pk]), tuple(absences[pk]), holidays) for pk in ids}


def calendars_around(user_ids: Iterable[int], days: Iterable[date]) -> dict[int, PersonCalendar]:
    """Wide enough to count business days from any of `days`."""
    dates = list(days)
    return calendars_of(user_ids, min(dates) - AROUND, max(dates) + AROUND)


def _holidays(places: set[Place], start: date, end: date) -> dict[Place, dict[date, str]]:
    countries = {country for country, _ in places if country}
    found: dict[Place, dict[date, str]] = {}
    if not countries:
        return found
    for row in HolidayYear.objects.filter(country__in=countries, year__range=(start.year, end.year)):
        found.setdefault(row.place, {}).update(row.by_day())
    return found
