"""Sums by what the time went into, over everybody, guests included: a fixed number of statements.

Stored weeks know neither sources nor people, so this reads slices: for a team one range of an index for each period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Sum, Value, When

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import Team
from apps.core.engines import Among, is_postgres, on_one_processor
from apps.toil.models import ToilEntry, ToilSlice, WorkKind
from apps.toil.models.entry import ToilEntryQuerySet
from apps.toil.pareto.asking import By, Scope
from apps.toil.periods import Period
from apps.toil.slices import seconds_outside
from apps.toil.sources.largest import PRIVATE, of_private

Key = int | str | None
HIDDEN_BY = (By.SOURCE, By.SERVICE)


@dataclass(slots=True)
class Group:
    """Seconds in the period and in the one before; `people` who logged any in the period; `pieces` are (seconds of one
    occurrence, how many occurrences); `outside` are the seconds out of hours."""

    seconds: int = 0
    before: int = 0
    people: int = 0
    outside: int = 0
    pieces: list[tuple[float, int]] = field(default_factory=list)

    @property
    def occurrences(self) -> int:
        return sum(times for _, times in self.pieces)

    @property
    def median(self) -> float | None:
        """Seconds of one occurrence; None where nothing begins in the period."""
        return weighted_median(self.pieces)


def weighted_median(pieces: Iterable[tuple[float, int]]) -> float | None:
    ordered = sorted(piece for piece in pieces if piece[1])
    whole, so_far = sum(times for _, times in ordered), 0
    for place, (value, times) in enumerate(ordered):
        so_far += times
        if 2 * so_far > whole:
            return value
        if 2 * so_far == whole:
            return (value + ordered[place + 1][0]) / 2
    return None


def groups_of(scope: Scope) -> dict[Key, Group]:
    """Five statements; for a team two more, and two or three for its people's calendars."""
    if scope.team is None:
        return _groups(scope, _all_teams())
    with on_one_processor():
        return _groups(scope, [scope.team.pk])


def _all_teams() -> Sequence[int] | None:
    """By their keys, since the index is of teams and days. SQLite is quicker through the whole table."""
    return list(Team.objects.order_by().values_list("pk", flat=True)) if is_postgres() else None


def _groups(scope: Scope, teams: Sequence[int] | None) -> dict[Key, Group]:
    found: defaultdict[Key, Group] = defaultdict(Group)
    for (key, _), (now, past, is_now) in _by_key_and_person(scope, teams).items():
        group = found[key]
        group.seconds += now
        group.before += past
        group.people += is_now
    for key, seconds, times, entries in _pieces(scope, teams):
        found[key].pieces.append((seconds / times, times * entries))
    if scope.team:
        for key, seconds in _outside(scope, teams).items():
            found[key].outside = seconds
    return dict(found)


Sums = dict[tuple[Key, int], tuple[int, int, bool]]
Row = tuple[Key, int, int | None, int | None]
"""What it went into, the person, and seconds in the period and before it; None where there is nothing."""


def _by_key_and_person(scope: Scope, teams: Sequence[int] | None) -> Sums:
    """Seconds in the period, before it, and whether there are any in it. By person, since to count different people the
    database would sort all of it."""
    found = Sums()
    for key, person, now, past in chain(_labelled(scope, teams), _unlabelled(scope, teams)):
        so_far, before, is_now = found.get((key, person), (0, 0, False))
        found[key, person] = so_far + (now or 0), before + (past or 0), is_now or now is not None
    return found


def _labelled(scope: Scope, teams: Sequence[int] | None) -> Iterator[Row]:
    """By label, of which one entry says what it means: slices alone are read, however many there are."""
    rows = ToilSlice.objects.toil().labelled().between(scope.before.start, scope.period.end)
    rows = rows if teams is None else rows.filter(Among("team", teams))
    sums = list(_by_person(rows.order_by(), F("label"), scope, said=Min("entry")))
    said = {label: entry for label, *_, entry in sums}
    told = ToilEntry.objects.filter(Among("pk", said.values())).order_by()
    told = told.filter(service=scope.service) if scope.service else told
    keys = dict(told.values_list("pk", _column(scope.by)))
    for label, person, now, past, _ in sums:
        if said[label] in keys:
            yield keys[said[label]], person, now, past


def _unlabelled(scope: Scope, teams: Sequence[int] | None) -> Iterable[Row]:
    rows = _slices(scope, teams, Period(scope.before.start, scope.period.end)).unlabelled()
    if scope.by not in HIDDEN_BY:
        return _by_person(rows, F(f"entry__{_column(scope.by)}"), scope)
    hidden = of_private("entry__")
    told = _by_person(rows.exclude(hidden), F(f"entry__{_column(scope.by)}"), scope)
    return chain(told, _by_person(rows.filter(hidden), Value(PRIVATE), scope))


def _by_person(rows: Any, key: F | Value, scope: Scope, **more: Any) -> Iterable[Any]:
    """A column is something to sort into tables of sums; of what is worked out of several nobody knows how many there
    are, and all rows would be put in order."""
    is_now = Q(local_date__gte=scope.period.start)
    keyed = rows.annotate(key=key).values("key", "person")
    sums = keyed.annotate(
        now=Sum("attributed", filter=is_now), past=Sum("attributed", filter=~is_now), **more
    )
    found: Iterable[Any] = sums.values_list("key", "person", "now", "past", *more)
    return found


def _column(by: By) -> str:
    return f"{by.value}_id" if by in HIDDEN_BY else by.value


def _pieces(scope: Scope, teams: Sequence[int] | None) -> QuerySet[ToilEntry, tuple[Key, int, int, int]]:
    """People say five, ten, twenty-five minutes: far fewer rows than entries."""
    toil: ToilEntryQuerySet = ToilEntry.objects.filter(kind=WorkKind.TOIL)
    rows = toil if teams is None else toil.filter(Among("team", teams))
    rows = rows.counting().between(scope.period.start, scope.period.end).order_by()
    rows = rows.filter(service=scope.service) if scope.service else rows
    keyed = rows.annotate(key=_key(scope.by)).values_list("key", "seconds", "occurrences")
    return keyed.annotate(n=Count("pk"))


def _outside(scope: Scope, teams: Sequence[int] | None) -> dict[Key, int]:
    """By the same rule as in the stored weeks: all of a day without capacity, and what of an interval lies outside the
    working window of its day. Who has no working hours at all is never outside them."""
    rows = _slices(scope, teams, scope.period)
    rows = rows.annotate(key=_key(scope.by, "entry__"))
    days = list(rows.values_list("person", "local_date", "key").annotate(n=Sum("attributed")))
    calendars = calendars_of({row[0] for row in days}, scope.period.start, scope.period.end)
    free = {(who, day) for who, day, *_ in days if _is_free(calendars[who], day)}
    found: defaultdict[Key, int] = defaultdict(int)
    for who, day, key, seconds in days:
        found[key] += seconds if (who, day) in free else 0
    timed = rows.filter(entry__started_at__isnull=False)
    times = ("attributed", "seconds", "entry__started_at", "entry__ended_at", "entry__tz")
    for who, day, key, counts, seconds, start, end, tz in timed.values_list(
        "person", "local_date", "key", *times
    ):
        schedule = calendars[who].schedule_on(day)
        if schedule and (who, day) not in free:
            window = schedule.window_start, schedule.window_end
            found[key] += seconds_outside(counts, seconds, day, (start, end), window, ZoneInfo(tz))
    return found


def _is_free(calendar: PersonCalendar, day: Any) -> bool:
    return bool(calendar.schedules) and not calendar.capacity_minutes(day)


def _slices(scope: Scope, teams: Sequence[int] | None, period: Period) -> Any:
    slices = ToilSlice.objects.toil().order_by()
    ends = period.start, period.end
    rows = slices.between(*ends) if teams is None else slices.of_teams(teams, *ends)
    return rows.filter(entry__service=scope.service) if scope.service else rows


def _key(by: By, path: str = "") -> Any:
    """A column that only exists in the question: what the time is sorted into."""
    if by not in HIDDEN_BY:
        return F(path + _column(by))
    private = When(of_private(path), then=Value(PRIVATE))
    return Case(private, default=F(path + _column(by)), output_field=IntegerField())
