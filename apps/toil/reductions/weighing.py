"""What was logged of sources by week, over everybody: behind a plan, and behind the verdict on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncWeek

from apps.toil.models import Reduction, TeamWeek, ToilEntry, ToilSlice, ToilSource, WorkKind
from apps.toil.models.entry import REACH
from apps.toil.periods import WEEK, Period, monday_of
from apps.toil.reductions.effect import (
    BASELINE_WEEKS,
    FIRST_VERDICT,
    LAST_VERDICT,
    Effect,
    Lack,
    Window,
    baseline,
    judge,
    lack,
    reduction,
    weeks_after,
)

Weekly = dict[tuple[int, date], int]
PAYING = frozenset(Effect) - {Effect.INSUFFICIENT}
"""Of what cannot be judged it cannot be said either when it is paid back."""


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """Medians over the complete weeks since it was first logged, eight at most."""

    seconds: int
    occurrences: Decimal
    weeks: int
    people: int


def usual_week(source: ToilSource, today: date) -> UsualWeek:
    """Three queries."""
    first = first_days([source.pk]).get(source.pk)
    end = monday_of(today)
    known = max(0, min(BASELINE_WEEKS, (end - monday_of(first)).days // 7)) if first else 0
    mondays = [end - WEEK * n for n in range(max(1, known), 0, -1)]
    period = Period(mondays[0], end)
    seconds = seconds_by_week([source.pk], period)
    toil = ToilEntry.objects.filter(source=source, kind=WorkKind.TOIL).counting()
    entries = toil.between(period.start, period.end).order_by()
    rows = entries.annotate(monday=TruncWeek("local_date")).values("monday").annotate(n=Sum("occurrences"))
    times = {row["monday"]: row["n"] for row in rows}
    people = entries.aggregate(n=Count("person", distinct=True))["n"]
    return UsualWeek(
        seconds=round(median(seconds.get((source.pk, monday), 0) for monday in mondays)),
        occurrences=Decimal(median(times.get(monday, 0) for monday in mondays)),
        weeks=known,
        people=people,
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan. `saved` in minutes a week; `effect` is None until four complete weeks are over, and
    `weeks_left` says how many of them are not. `judged` are the weeks since by which it was said, `lack` is why nothing
    could be."""

    before: Window
    after: Window
    effect: Effect | None
    weeks_left: int
    saved: Fraction
    reduced: Fraction | None
    payback_weeks: Fraction | None
    judged: Window
    lack: Lack | None

    @property
    def is_final(self) -> bool:
        return self.after.weeks >= LAST_VERDICT


def results_of(reductions: Sequence[Reduction], today: date) -> dict[int, Result]:
    """{pk of a reduction: what came of it} of those that are done; four queries, however many."""
    done = [row for row in reductions if row.done_on]
    if not done:
        return {}
    beside = _neighbours(done)
    ids = {row.source_id for row in done} | {pk for found in beside.values() for pk in found}
    firsts = first_days({row.source_id for row in done})
    windows = {row.pk: (_before(row, firsts), weeks_after(row.done_on or today, today)) for row in done}
    mondays = [monday for pair in windows.values() for found in pair for monday in found]
    period = Period(min(mondays), max(mondays) + WEEK) if mondays else Period(today, today)
    seconds, coverage = (
        seconds_by_week(ids, period),
        coverage_by_week({row.source.team_id for row in done}, period),
    )

    def window(row: Reduction, found: list[date]) -> Window:
        return Window(
            minutes=[Fraction(seconds.get((row.source_id, monday), 0), 60) for monday in found],
            neighbours=[
                Fraction(sum(seconds.get((pk, monday), 0) for pk in beside[row.pk]), 60) for monday in found
            ],
            coverage=confirmed_share(coverage, row.source.team_id, found),
        )

    return {
        row.pk: _result(row, window(row, first), window(row, then[:FIRST_VERDICT]), window(row, then))
        for row in done
        for first, then in [windows[row.pk]]
    }


def _before(row: Reduction, firsts: dict[int, date]) -> list[date]:
    return baseline(row.begins_on, row.promised_on, firsts.get(row.source_id))


def _result(row: Reduction, before: Window, early: Window, after: Window) -> Result:
    expected = row.plan.fraction
    weeks, judged = after.weeks, early
    effect = judge(before, early, expected) if weeks >= FIRST_VERDICT else None
    if weeks >= LAST_VERDICT:
        effect, judged = judge(before, after, expected, earlier=effect), after
    saved = before.usual - after.usual if weeks else Fraction(0)
    kept = saved - row.maintenance_minutes
    return Result(
        before=before,
        after=after,
        effect=effect,
        weeks_left=max(0, FIRST_VERDICT - weeks),
        saved=saved,
        reduced=reduction(before, judged) if weeks else None,
        payback_weeks=row.build_minutes / kept if effect in PAYING and kept > 0 else None,
        judged=judged,
        lack=lack(before, judged) if effect == Effect.INSUFFICIENT else None,
    )


def _neighbours(rows: Iterable[Reduction]) -> dict[int, set[int]]:
    """The other sources of the same service."""
    of_service: defaultdict[int | None, set[int]] = defaultdict(set)
    services = {row.source.service_id for row in rows if row.source.service_id}
    for pk, service in ToilSource.objects.filter(service__in=services).values_list("pk", "service"):
        of_service[service].add(pk)
    return {row.pk: of_service[row.source.service_id] - {row.source_id} for row in rows}


def first_days(sources: Iterable[int]) -> dict[int, date]:
    rows = ToilEntry.objects.filter(source__in=sources).counting().order_by()
    return dict(rows.values_list("source").annotate(first=Min("local_date")))


def seconds_by_week(sources: Iterable[int], period: Period) -> Weekly:
    near = {"entry__local_date__gte": period.start - REACH, "entry__local_date__lt": period.end}
    rows = ToilSlice.objects.toil().filter(entry__source__in=sources, **near)
    weeks = (
        rows.between(period.start, period.end)
        .order_by()
        .annotate(monday=TruncWeek("local_date"))
        .values("entry__source", "monday")
    )
    return {(row["entry__source"], row["monday"]): row["n"] for row in weeks.annotate(n=Sum("attributed"))}


def coverage_by_week(teams: Iterable[int], period: Period) -> dict[tuple[int, date], tuple[Decimal, Decimal]]:
    rows = TeamWeek.objects.filter(team__in=teams, monday__gte=period.start, monday__lt=period.end)
    found = rows.values_list("team", "monday", "confirmed_minutes", "capacity_minutes")
    return {(team, monday): (confirmed, capacity) for team, monday, confirmed, capacity in found}


def confirmed_share(
    known: dict[tuple[int, date], tuple[Decimal, Decimal]], team: int, mondays: list[date]
) -> Fraction | None:
    pairs = [known.get((team, monday), (Decimal(0), Decimal(0))) for monday in mondays]
    capacity = sum((pair[1] for pair in pairs), Decimal(0))
    confirmed = sum((pair[0] for pair in pairs), Decimal(0))
    return Fraction(confirmed) / Fraction(capacity) if capacity else None
