"""What the planner and the renderer ask of whatever can remind somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from apps.accounts.calendar import PersonCalendar
from apps.incidents.models import Incident
from apps.reminders.lines import Line
from apps.reminders.turns import Turn

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

Key = tuple[int, date]
Next = Callable[[PersonCalendar, datetime, date], datetime | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose moment has come. `row` is its source's; `person` None: there is nobody to remind.

    `is_live` False: it is settled, and reminds no more. `around` is a day that the calendars must reach.
    `next_after(calendar, now, today)` is the first moment after today; the calendar is that of `whose_days`, which
    differs from `person` while somebody stands in. `read` is what its source read with it and wants back.
    """

    row: Any
    person: User | None
    is_live: bool
    around: date
    next_after: Next
    whose_days: User | None = None
    read: Any = None


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


class Reader(NamedTuple):
    """Whose digest is written, on which date of theirs."""

    person: User
    today: date
    calendar: PersonCalendar

    @property
    def key(self) -> Key:
        return self.person.pk, self.today


Readers = Mapping[Key, Reader]
Lines = defaultdict[Key, list[Line]]


def people_and_days(readers: Readers) -> tuple[list[int], date, date]:
    """Whose digests are written, and their first and last date: at one time it is three dates at most on Earth."""
    days = [day for _, day in readers]
    return list({pk for pk, _ in readers}), min(days), max(days)


def hidden_from(pairs: Iterable[tuple[User, int | None]]) -> set[tuple[int, int]]:
    """Which of these people may not see which of these private incidents: one statement for each who has to do with
    one."""
    private: defaultdict[User, set[int]] = defaultdict(set)
    for person, incident in pairs:
        if incident is not None:
            private[person].add(incident)
    hidden = set()
    for person, pks in private.items():
        seen = Incident.objects.visible_to(person).filter(pk__in=pks).values_list("pk", flat=True)
        hidden |= {(person.pk, pk) for pk in pks - set(seen)}
    return hidden


class Teller(Protocol):
    """Has lines for a digest, and plans none."""

    def lines(self, readers: Readers) -> Lines:
        """What is due for each of them, asked when the mails are written: in as many statements for fifty as for one,
        but for what is private."""


class Source(Teller, Protocol):
    """Plans digests, too."""

    def waiting(self, now: datetime) -> QuerySet[Any]:
        """The reminders that are due: finding the first is one look at an index."""

    def take(self, now: datetime, size: int) -> list[Due]:
        """Some of them, locked until the transaction ends; a row for several people comes once for each."""

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        """Note who is reminded today, and when each of them reminds next; None: never."""
