"""What the planner and the renderer ask of whatever can remind somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from apps.accounts.calendar import PersonCalendar
from apps.reminders.lines import Line
from apps.reminders.turns import Turn

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

Next = Callable[[PersonCalendar, datetime, date], datetime | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose moment has come. `row` is its source's; `person` None: there is nobody to remind.

    `is_live` False: it is settled, and reminds no more. `around` is a day that the calendars must reach.
    `next_after(calendar, now, today)` is the first moment after today; the calendar is that of `whose_days`, which
    differs from `person` while somebody stands in.
    """

    row: Any
    person: User | None
    is_live: bool
    around: date
    next_after: Next
    whose_days: User | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of a reminder: in today's digest when the turn is open, and the next moment."""

    due: Due
    next_at: datetime | None
    turn: Turn | None
    calendar: PersonCalendar | None

    @property
    def is_carried(self) -> bool:
        return self.due.is_live and self.turn is not None and self.turn.is_open


class Teller(Protocol):
    """Has lines for a digest, and plans none."""

    def lines(self, person: User, today: date, calendar: PersonCalendar) -> list[Line]:
        """What is due for this person on this date, asked when the mail is written."""


class Source(Teller, Protocol):
    """Plans digests, too."""

    def waiting(self, now: datetime) -> QuerySet[Any]:
        """The reminders that are due: finding the first is one look at an index."""

    def take(self, now: datetime, size: int) -> list[Due]:
        """Some of them, locked until the transaction ends; a row for several people comes once for each."""

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        """Note who is reminded today, and when each of them reminds next; None: never."""
