"""One person's days: contract minutes, leave, business days, and wall-clock times as moments.

Pure reading: build calendars with `calendars_of`, then ask them anything without another query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import Q

from apps.accounts.models import Absence, WorkSchedule

FIRST_WEEKEND_DAY = 5
DAY = timedelta(days=1)
# Leave longer than this is no leave any more: counting goes on with plain weekdays, so it always ends.
SEARCHED_DAYS = 366


@dataclass(frozen=True, slots=True)
class PersonCalendar:
    """The dated schedules and absences of one person.

    Somebody without any schedule has no capacity, but is reminded from Monday to Friday.
    """

    schedules: tuple[WorkSchedule, ...] = ()
    absences: tuple[Absence, ...] = ()

    def scheduled_minutes(self, day: date) -> int:
        """Contract minutes, whatever the clocks do on that day."""
        for schedule in self.schedules:
            if schedule.valid_from <= day and (schedule.valid_to is None or day < schedule.valid_to):
                return schedule.minutes[day.weekday()]
        return 0

    def absent_minutes(self, day: date) -> int:
        """Minutes of leave, never more than were scheduled, however many absences touch the day."""
        scheduled = self.scheduled_minutes(day)
        asked = (scheduled if row.minutes is None else row.minutes for row in self._absences_on(day))
        return min(scheduled, sum(asked))

    def capacity_minutes(self, day: date) -> int:
        return self.scheduled_minutes(day) - self.absent_minutes(day)

    def is_working_day(self, day: date) -> bool:
        if self.schedules:
            return self.capacity_minutes(day) > 0
        is_away = any(row.minutes is None for row in self._absences_on(day))
        return day.weekday() < FIRST_WEEKEND_DAY and not is_away

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

    def _absences_on(self, day: date) -> Iterable[Absence]:
        return (row for row in self.absences if row.first_on <= day <= row.last_on)


def local_slot(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment of a wall-clock time on a local date, in UTC.

    A time the clocks skip moves forward by what was skipped; a time they repeat means its first pass.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def calendars_of(user_ids: Iterable[int], start: date, end: date) -> dict[int, PersonCalendar]:
    """Everybody's calendar in two queries. Schedules are known for all time, absences for [start, end):
    take the range wide enough for the business days that will be counted."""
    ids = set(user_ids)
    schedules: defaultdict[int, list[WorkSchedule]] = defaultdict(list)
    absences: defaultdict[int, list[Absence]] = defaultdict(list)
    for schedule in WorkSchedule.objects.filter(user__in=ids).order_by("-valid_from"):
        schedules[schedule.user_id].append(schedule)
    in_range = Q(first_on__lt=end, last_on__gte=start)
    for absence in Absence.objects.filter(in_range, user__in=ids).order_by("first_on"):
        absences[absence.user_id].append(absence)
    return {pk: PersonCalendar(tuple(schedules[pk]), tuple(absences[pk])) for pk in ids}
