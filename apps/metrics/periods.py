"""The time that is looked at and the one before it: whole days in UTC, and how much of them has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
QUARTER = 3
MOST_WEEKS, MOST_MONTHS = 27, 36  # steps of a chart before it takes greater ones


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both inclusive, as far as they have passed at `now`."""

    first: date
    last: date
    now: datetime

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return midnight(self.last + DAY)

    @property
    def until(self) -> datetime:
        return max(self.start, min(self.end, self.now))

    @property
    def days(self) -> float:
        """How many days have passed: what a rate is divided by."""
        return (self.until - self.start) / DAY

    @property
    def is_running(self) -> bool:
        return self.now < self.end

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def steps(self) -> list[Span]:
        """Calendar weeks, months or quarters, whichever are not too many; the first and last may be cut."""
        if self.length <= MOST_WEEKS * 7 - 6:
            return self._cut(lambda day: day - timedelta(days=day.weekday()) + WEEK)
        months = 1 if self.length <= MOST_MONTHS * 30 else QUARTER
        return self._cut(lambda day: _months_on(day, months))

    def _cut(self, following) -> list[Span]:  # type: ignore[no-untyped-def]
        found, day, stop = [], self.first, min(self.last, self.now.date())
        while day <= stop:
            after = following(day)
            found.append(Span(day, min(after - DAY, self.last), self.now))
            day = after
        return found

    @property
    def step_name(self) -> str:
        if self.length <= MOST_WEEKS * 7 - 6:
            return "week"
        return "month" if self.length <= MOST_MONTHS * 30 else "quarter"


def _months_on(day: date, count: int) -> date:
    """The first day of the next month, or of the next quarter of the year."""
    month = day.month - 1 - (day.month - 1) % count + count
    return date(day.year + month // 12, month % 12 + 1, 1)


def months_from(first: date, last: date, now: datetime, count: int = 1) -> list[Span]:
    """Calendar months, or as many together; the first and the last may be cut."""
    found = []
    while first <= last:
        after = _months_on(first, count)
        found.append(Span(first, min(after - DAY, last), now))
        first = after
    return found


def last_days(count: int, now: datetime) -> Span:
    return Span(now.date() - timedelta(days=count - 1), now.date(), now)


def quarter_of(day: date, now: datetime) -> Span:
    first = date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1)
    return Span(first, _months_on(first, QUARTER) - DAY, now)


def quarter_before(span: Span) -> Span:
    return quarter_of(span.first - DAY, span.now)


def same_length_before(span: Span) -> Span:
    return Span(span.first - timedelta(days=span.length), span.first - DAY, span.now)
