"""The hours of toil that a quarter may hold, how many are used, and when they would be gone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from apps.toil.periods import Period

ENOUGH_DAYS = 14
"""Less than two weeks say nothing about when it would be gone."""


@dataclass(frozen=True, slots=True)
class QuarterBudget:
    """Cap times capacity. `used_seconds` are of the days before `today`; capacity is that of the whole quarter: as it
    was until today, as it is planned from then on."""

    period: Period
    today: date
    cap: Decimal
    capacity_minutes: Decimal
    used_seconds: int

    @property
    def seconds(self) -> Fraction:
        return Fraction(self.cap) * Fraction(self.capacity_minutes) * 60 / 100

    @property
    def over(self) -> Fraction:
        """Seconds above it; below 0 there is something left."""
        return self.used_seconds - self.seconds

    @property
    def used_pct(self) -> Fraction | None:
        """None when there is nothing to use."""
        return 100 * self.used_seconds / self.seconds if self.seconds else None

    @property
    def days_over(self) -> int:
        return max(0, min((self.today - self.period.start).days, len(self.period.days)))

    @property
    def weeks(self) -> Fraction:
        return Fraction(len(self.period.days), 7)

    @property
    def weeks_over(self) -> Fraction:
        return Fraction(self.days_over, 7)

    @property
    def gone_after(self) -> Fraction | None:
        """In weeks of the quarter, if it goes on as until today; None when too little of it is over, or nothing was
        used."""
        if self.days_over < ENOUGH_DAYS or not self.used_seconds or not self.seconds:
            return None
        return self.seconds * self.weeks_over / self.used_seconds

    @property
    def gone_in_week(self) -> int | None:
        """Counted from the first week of the quarter; None also when it lasts until the end."""
        after = self.gone_after
        return None if after is None or after >= self.weeks else ceil(after)

    @property
    def is_gone(self) -> bool:
        return self.used_seconds > self.seconds
