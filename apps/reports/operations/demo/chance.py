"""Chance that comes out the same for the same seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

Choice = TypeVar("Choice")


class Chance(random.Random):
    def happens(self, share: float) -> bool:
        return self.random() < share

    def minutes(self, mu: float, sigma: float, *, least: float, most: float) -> timedelta:
        """Lognormal, in minutes."""
        return timedelta(minutes=round(min(max(self.lognormvariate(mu, sigma), least), most), 1))

    def between(self, least: float, most: float, *, unit: str = "minutes") -> timedelta:
        return timedelta(**{unit: self.uniform(least, most)})

    def weighted(self, choices: Sequence[Choice], weights: Sequence[float]) -> Choice:
        return self.choices(choices, weights)[0]

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def moments(self, count: int, start: datetime, end: datetime) -> Iterator[datetime]:
        """In order, with a jitter, evenly spread."""
        step = (end - start) / max(count, 1)
        for place in range(count):
            yield start + step * (place + self.random())
