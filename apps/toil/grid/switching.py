"""What interruptions cost beside their own time. Nobody logs it, so it stands beside the number and never in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from apps.accounts.models import User
from apps.toil.grid.table import Grid
from apps.toil.models import ToilEntry, Trigger, WorkKind
from apps.toil.percent import Share

SWITCH_MINUTES = 10
"""To find back into what one was at, for each page: an assumption, and said as one."""


@dataclass(frozen=True, slots=True)
class Switching:
    """`seconds` are those of the toil, `capacity` is in minutes."""

    pages: int
    seconds: int
    capacity: Decimal

    @property
    def cost_seconds(self) -> int:
        return self.pages * SWITCH_MINUTES * 60

    @property
    def with_cost(self) -> int:
        return self.seconds + self.cost_seconds

    @property
    def share(self) -> Share:
        return Share(self.with_cost, self.capacity)


def switching_of(person: User, grid: Grid) -> Switching:
    """One's own week: the pages behind its toil."""
    entries = ToilEntry.objects.filter(person=person, kind=WorkKind.TOIL, trigger=Trigger.PAGE).counting()
    pages = entries.between(grid.period.start, grid.period.end).aggregate(n=Sum("occurrences"))["n"] or 0
    return Switching(pages, grid.toil_seconds, grid.capacity_minutes)
