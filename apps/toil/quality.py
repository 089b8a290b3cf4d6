"""How far the figures of a team can be trusted, and whether its load lies on few: six signs, each with its count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from apps.accounts.models import Membership, Team
from apps.audit.models import AuditEvent
from apps.toil.figures import judged, sum_days
from apps.toil.models import TeamWeek, ToilEntry, ToilSlice, WeekSnapshot, WorkKind
from apps.toil.number import Number
from apps.toil.periods import Period

LATE_DAYS, ROUND_SECONDS = 7, 1800
FEWEST_PEOPLE = 4
"""Of a smaller team nothing is told that could only be about one of them."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a whole, in entries or in seconds."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Relabelled:
    """An entry that was toil and is something else now. Never whose."""

    at: datetime
    entry: ToilEntry
    to: str

    @property
    def to_label(self) -> str:
        return str(WorkKind(self.to).label)


@dataclass(frozen=True, slots=True)
class Quality:
    """`single` counts the sources of which one person alone logs, `concentration` is the share of whoever logged most:
    both None in a team of fewer than four."""

    period: Period
    people: int
    number: Number
    late: Part
    rounded: Part
    loose: Part
    single: Part | None
    revisions: int
    concentration: Fraction | None
    relabelled: Sequence[Relabelled]
    ops_seconds: int = 0

    @property
    def even(self) -> Fraction:
        """What the greatest part would be if all were alike."""
        return Fraction(1, self.people)

    @property
    def is_small(self) -> bool:
        return self.people < FEWEST_PEOPLE

    @property
    def relabelled_seconds(self) -> int:
        return sum(row.entry.seconds for row in self.relabelled)


def concentration(seconds: Iterable[int]) -> Fraction | None:
    """The share of the greatest part; None where there is nothing."""
    parts = list(seconds)
    return Fraction(max(parts), sum(parts)) if sum(parts) else None


def quality_of(team: Team, period: Period) -> Quality:
    """Eight statements, whatever there is."""
    people, by_source = _people(team, period), _by_source(team, period)
    late, rounded = _entries(team, period)
    known = [count for source, _, count in by_source if source is not None]
    whole = sum(seconds for _, seconds, _ in by_source)
    loose = sum(seconds for source, seconds, _ in by_source if source is None)
    is_small = people < FEWEST_PEOPLE
    sums = sum_days(TeamWeek.objects.of_team(team).touching(period), period)
    return Quality(
        period=period,
        people=people,
        number=judged(team, sums),
        ops_seconds=sums.ops,
        late=late,
        rounded=rounded,
        loose=Part(loose, whole),
        single=None if is_small else Part(known.count(1), len(known)),
        revisions=_changed_weeks(team, period),
        concentration=None if is_small else concentration(_by_person(team, period)),
        relabelled=_relabelled(team, period),
    )


def _changed_weeks(team: Team, period: Period) -> int:
    """However often: who logs a past week entry by entry changes it once."""
    rows = WeekSnapshot.objects.of_team(team).within(period).filter(revision__gt=1)
    return rows.order_by().values("monday").distinct().count()


def _people(team: Team, period: Period) -> int:
    rows = Membership.objects.filter(team=team).between(period.start, period.end)
    return rows.order_by().values("user").distinct().count()


def _toil(team: Team, period: Period) -> Any:
    return ToilSlice.objects.filter(team=team).between(period.start, period.end).toil().order_by()


def _by_source(team: Team, period: Period) -> list[tuple[int | None, int, int]]:
    """(source, seconds, how many people)."""
    rows = _toil(team, period).values_list("entry__source")
    return list(rows.annotate(seconds=Sum("attributed"), people=Count("person", distinct=True)))


def _by_person(team: Team, period: Period) -> list[int]:
    return [seconds for _, seconds in _toil(team, period).values_list("person").annotate(n=Sum("attributed"))]


def _entries(team: Team, period: Period) -> tuple[Part, Part]:
    """Logged more than a week late, and of a multiple of half an hour."""
    rows = ToilEntry.objects.filter(team=team, kind=WorkKind.TOIL).counting()
    rows = rows.between(period.start, period.end).order_by()
    asked: Any = rows.annotate(written=TruncDate("created_at"), rest=F("seconds") % ROUND_SECONDS)
    days: Iterable[tuple[date, date, int, int]] = asked.values_list("local_date", "written").annotate(
        n=Count("pk"), even=Count("pk", filter=Q(rest=0))
    )
    late = even = whole = 0
    for day, written, n, rounded in days:
        whole, even = whole + n, even + rounded
        late += n if (written - day).days > LATE_DAYS else 0
    return Part(late, whole), Part(even, whole)


def _relabelled(team: Team, period: Period) -> list[Relabelled]:
    """Newest first: what was logged as toil for these days and is called something else since."""
    edits = AuditEvent.objects.filter(
        verb="toil_entry.edited", at__date__gte=period.start, changes__kind__0=WorkKind.TOIL.value
    )
    found = {event.object_key: event for event in edits.order_by("pk")}
    rows = ToilEntry.objects.filter(team=team, uuid__in=list(found)).exclude(kind=WorkKind.TOIL)
    rows = rows.between(period.start, period.end).select_related("source", "service", "incident")
    told = [Relabelled(found[str(row.uuid)].at, row, row.kind) for row in rows]
    return sorted(told, key=lambda row: row.at, reverse=True)
