"""What is known of a team's share: at least, as reported, at most, and how much of the capacity was confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.toil.percent import Share

ENOUGH = Fraction(70, 100)
"""Of the capacity must be confirmed before the reported share may say that a cap is probably passed."""


class Verdict(StrEnum):
    """A share against its cap, as far as it can be said."""

    NO_CAPACITY = "no_capacity"
    WITHIN = "within"
    POSSIBLE = "possible"
    LIKELY = "likely"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Number:
    """Sums over person-days; numbers add up, percentages never do.

    `confirmed_*` are of people who confirmed their week. `open_seconds` are what the days of all others may hold at
    most: their capacity, or what was logged on the day if that is more.
    """

    seconds: int = 0
    capacity_minutes: Decimal = Decimal(0)
    confirmed_seconds: int = 0
    confirmed_minutes: Decimal = Decimal(0)
    open_seconds: int = 0

    def __add__(self, other: Number) -> Number:
        return Number(
            self.seconds + other.seconds,
            self.capacity_minutes + other.capacity_minutes,
            self.confirmed_seconds + other.confirmed_seconds,
            self.confirmed_minutes + other.confirmed_minutes,
            self.open_seconds + other.open_seconds,
        )

    @property
    def floor(self) -> Share:
        """The headline: what is not logged can only raise it."""
        return Share(self.seconds, self.capacity_minutes)

    @property
    def reported(self) -> Share:
        """Of those who confirmed. Silent people who logged much may put the floor above it; then it is the floor."""
        return self.floor if self.is_reported_floor else self.of_confirmed

    @property
    def of_confirmed(self) -> Share:
        return Share(self.confirmed_seconds, self.confirmed_minutes)

    @property
    def is_reported_floor(self) -> bool:
        """Of two ratios, compared by products."""
        return self.confirmed_seconds * self.capacity_minutes < self.seconds * self.confirmed_minutes

    @property
    def ceiling(self) -> Share:
        return Share(self.confirmed_seconds + self.open_seconds, self.capacity_minutes)

    @property
    def coverage(self) -> Fraction | None:
        """Confirmed capacity in percent of all; None when there is none."""
        if not self.capacity_minutes:
            return None
        confirmed, of = self.confirmed_minutes.as_integer_ratio()
        whole, parts = self.capacity_minutes.as_integer_ratio()
        return Fraction(100 * confirmed * parts, of * whole)

    @property
    def unconfirmed_minutes(self) -> Decimal:
        return self.capacity_minutes - self.confirmed_minutes

    @property
    def is_open_beyond(self) -> bool:
        """Whether those who did not confirm logged more on some day than they had."""
        return self.open_seconds > self.unconfirmed_minutes * 60

    def verdict(self, cap: Decimal) -> Verdict:
        if not self.capacity_minutes:
            return Verdict.NO_CAPACITY
        if self.floor.is_over(cap):
            return Verdict.BREACH
        if not self.ceiling.is_over(cap):
            return Verdict.WITHIN
        is_covered = (self.coverage or 0) >= 100 * ENOUGH
        return Verdict.LIKELY if is_covered and self.reported.is_over(cap) else Verdict.POSSIBLE


def add_up(numbers: Iterable[Number]) -> Number:
    """Of several weeks, or of several teams: sums over sums."""
    return sum(numbers, Number())
