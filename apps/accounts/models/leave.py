"""What leave takes of a day, whatever holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any


class Leave:
    """Of something with `minutes` of each day, or `is_half`, or neither for whole days."""

    @property
    def is_whole(self: Any) -> bool:
        return self.minutes is None and not self.is_half

    def minutes_of(self: Any, scheduled: int) -> int:
        """What it takes of a day of so many minutes. Half of an odd day is rounded up, so that two halves are whole."""
        if self.minutes is not None:
            return int(self.minutes)
        return (scheduled + 1) // 2 if self.is_half else scheduled


class ReadLeave(Leave):
    """What calendars need of an absence: a tenth of the time it takes to make rows of a model."""

    COLUMNS = ("first_on", "last_on", "minutes", "is_half", "delegate_id")

    first_on: date
    last_on: date
    minutes: int | None
    is_half: bool
    delegate_id: int | None

    def __init__(self, values: Sequence[Any]) -> None:
        self.first_on, self.last_on, self.minutes, self.is_half, self.delegate_id = values
