from __future__ import annotations

from datetime import date
from functools import cached_property

from apps.accounts.calendar import PersonCalendar


class KnownCalendar(PersonCalendar):
    """Remembers the days it was asked about: a history asks for each many times."""

    @cached_property
    def _known(self) -> dict[date, int]:
        return {}

    def capacity_minutes(self, day: date) -> int:
        minutes = self._known.get(day)
        if minutes is None:
            minutes = self._known[day] = super().capacity_minutes(day)
        return minutes
