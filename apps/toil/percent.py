"""The share of toil: an exact ratio, compared exactly and rounded once, for the eye."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from apps.core.templatetags.times import NO_CAPACITY, half_up, half_up_ratio

DEFAULT_CAP = Decimal(50)
_half_up = lru_cache(maxsize=64)(half_up)  # of caps, which are few


@dataclass(frozen=True, slots=True)
class Share:
    """Seconds of toil against minutes of capacity. Shares add up; percentages never do."""

    toil_seconds: int = 0
    capacity_minutes: Decimal = Decimal(0)

    def __add__(self, other: Share) -> Share:
        return Share(self.toil_seconds + other.toil_seconds, self.capacity_minutes + other.capacity_minutes)

    @property
    def exact(self) -> Fraction | None:
        """In percent; None when there is no capacity."""
        return Fraction(*self._ratio()) if self.capacity_minutes else None

    def _ratio(self) -> tuple[int, int]:
        minutes, parts = self.capacity_minutes.as_integer_ratio()
        return 100 * self.toil_seconds * parts, 60 * minutes

    def rounded(self, cap: Decimal = DEFAULT_CAP) -> Decimal | None:
        """Half up to 0.1; with two decimals when one would hide on which side of the cap it lies."""
        if not self.capacity_minutes:
            return None
        above, below = self._ratio()
        short = half_up_ratio(above, below)
        if short != _half_up(cap):
            return short
        limit, parts = cap.as_integer_ratio()
        return short if above * parts == limit * below else half_up_ratio(above, below, 2)

    def shown(self, cap: Decimal = DEFAULT_CAP) -> str:
        value = self.rounded(cap)
        return NO_CAPACITY if value is None else f"{value}%"

    def is_over(self, cap: Decimal = DEFAULT_CAP) -> bool:
        """Compared exactly; by products, since a list of all teams asks it a thousand times."""
        return bool(self.capacity_minutes) and 100 * self.toil_seconds > cap * self.capacity_minutes * 60

    def flags(self, cap: Decimal = DEFAULT_CAP) -> list[str]:
        if not self.capacity_minutes:
            return ["no_capacity"]
        return [
            name for name, limit in (("over_cap", cap), ("over_100", Decimal(100))) if self.is_over(limit)
        ]

    def part(self, seconds: int) -> Fraction | None:
        """What some of the seconds are in percent of the same capacity."""
        return Share(seconds, self.capacity_minutes).exact


def total(shares: Iterable[Share]) -> Share:
    """The share of several weeks, or of several teams: sum over sum, never a mean of percentages."""
    return sum(shares, Share())
