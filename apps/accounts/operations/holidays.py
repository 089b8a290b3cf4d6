"""Public holidays of the places where people work: read once for each place and year, then kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import HolidayYear, WorkSchedule
from apps.accounts.operations.capacity import note_change

log = structlog.get_logger("ballast.holidays")
Read = Callable[[str, str, int], Mapping[date, str]]
YEARS_BACK, YEARS_AHEAD = 3, 1
"""Toil weeks are kept for two years, and due dates look into the next."""


def read_missing_holidays(now: datetime, read: Read) -> int:
    """What is not known yet of the places in people's schedules; returns how many years were read. Any number may run
    at once. `read(country, subdivision, year)` is the library, which the web must not load; it raises
    NotImplementedError for a place that it knows no longer: that year has no holidays then."""
    places = WorkSchedule.objects.exclude(country="").order_by().values_list("country", "subdivision")
    years = range(now.year - YEARS_BACK, now.year + YEARS_AHEAD + 1)
    known = set(HolidayYear.objects.values_list("country", "subdivision", "year"))
    missing = {(*place, year) for place in set(places.distinct()) for year in years} - known
    for country, subdivision, year in sorted(missing):
        _keep(country, subdivision, year, _read(country, subdivision, year, read))
    return len(missing)


def _read(country: str, subdivision: str, year: int, read: Read) -> Mapping[date, str]:
    try:
        return read(country, subdivision, year)
    except NotImplementedError:
        log.warning("no public holidays are known", country=country, subdivision=subdivision, year=year)
        return {}


@transaction.atomic
def _keep(country: str, subdivision: str, year: int, days: Mapping[date, str]) -> None:
    spelled = {day.isoformat(): name for day, name in sorted(days.items())}
    row = HolidayYear(country=country, subdivision=subdivision, year=year, days=spelled)
    HolidayYear.objects.bulk_create([row], ignore_conflicts=True)
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    here = Q(country=country, subdivision=subdivision)
    for schedule in WorkSchedule.objects.filter(here).between(start, end).select_related("user"):
        note_change(schedule.user, since=start, until=end)
