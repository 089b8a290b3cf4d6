"""Recomputing stored weeks. Idempotent: any number at once, and running it again writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Team
from apps.toil.models import DirtyWeek, TeamWeek, TeamWeekCategory, ToilEntry, ToilSlice
from apps.toil.models.week import NUMBERS
from apps.toil.operations.closing import close_weeks
from apps.toil.operations.inputs import Inputs, load_inputs
from apps.toil.operations.marks import KEPT_WEEKS, kept_weeks, mark_capacity_changes, mark_missing_weeks
from apps.toil.periods import WEEK, Period, monday_of
from apps.toil.rollup import EMPTY_DAYS, WeekTotals, roll_up

STATE = ("days_counted", "days_total", "next_change_at", "final_at")


def recompute_dirty_weeks(now: datetime) -> int:
    """What the tick does: marked weeks, running weeks in which a day has ended, weeks that have just begun, weeks
    whose grace is over.

    Each team is a transaction of its own. Returns how many weeks came out different.
    """
    while mark_capacity_changes(now):
        pass
    mark_missing_weeks(now)
    marked = set(DirtyWeek.objects.values_list("team", "monday").distinct())
    changing, closing = TeamWeek.objects.changing(now), TeamWeek.objects.closing(now)
    due = marked | {pair for rows in (changing, closing) for pair in rows.values_list("team", "monday")}
    teams = Team.objects.in_bulk({team for team, _ in due})
    return sum(
        recompute_weeks(team, [monday for owner, monday in due if owner == pk], now=now)
        for pk, team in sorted(teams.items())
    )


def recompute_all(teams: Iterable[Team], *, now: datetime) -> int:
    """Every week of these teams from raw slices, whatever is marked."""
    while mark_capacity_changes(now):
        pass
    return sum(recompute_weeks(team, _all_mondays(team, now), now=now) for team in teams)


def _all_mondays(team: Team, now: datetime) -> set[date]:
    days = ToilSlice.objects.filter(team=team).order_by().values_list("local_date", flat=True).distinct()
    stored = TeamWeek.objects.of_team(team).values_list("monday", flat=True)
    return {*map(monday_of, days), *stored, *kept_weeks(now).mondays}


def recompute_weeks(team: Team, mondays: Iterable[date], *, now: datetime) -> int:
    """Some weeks of one team; returns how many came out different."""
    return sum(_recompute(team, period, now) for period in _runs(mondays))


def recompute_entry(entry: ToilEntry, *, now: datetime) -> TeamWeek:
    """The weeks of one entry at once, so that who logged it sees the number move; returns its first week."""
    mondays = sorted({monday_of(piece.local_date) for piece in entry.slices.all()})
    recompute_weeks(entry.team, mondays, now=now)
    return TeamWeek.objects.get(team=entry.team_id, monday=mondays[0])


def _runs(mondays: Iterable[date]) -> list[Period]:
    """Weeks that follow each other as one period, so that a period is one range of an index."""
    found: list[Period] = []
    for monday in sorted(set(mondays)):
        last = found[-1] if found else None
        if last and last.end == monday and (monday - last.start) < WEEK * KEPT_WEEKS:
            found[-1] = Period(last.start, monday + WEEK)
        else:
            found.append(Period(monday, monday + WEEK))
    return found


@transaction.atomic
def _recompute(team: Team, period: Period, now: datetime) -> int:
    rows = _locked_rows(team, period, now)
    # Marks are read after the lock and before the inputs: one that is committed later than this stays.
    marks = DirtyWeek.objects.filter(team=team, monday__gte=period.start, monday__lt=period.end)
    seen = list(marks.values_list("pk", "monday", "by"))
    changed = _differing(rows, load_inputs(team, period), now)
    _store(changed)
    current = (changed[row.pk][0] if row.pk in changed else row for row in rows)
    close_weeks(current, period, _people(seen), now)
    DirtyWeek.objects.filter(pk__in=[pk for pk, _, _ in seen]).delete()
    return len(changed)


Changed = dict[int, tuple[TeamWeek, Mapping[str, int]]]


def _differing(rows: Iterable[TeamWeek], inputs: Inputs, now: datetime) -> Changed:
    """By key: the rows as they should be, with their categories, where they are not so yet."""
    found: Changed = {}
    for row in rows:
        monday = row.monday
        work, capacity = inputs.work.get(monday, ()), inputs.capacity.get(monday, {})
        totals = roll_up(monday, work, capacity, inputs.zones, inputs.confirmed.get(monday, ()), now)
        if totals.fingerprint != row.input_hash:
            found[row.pk] = _filled(row, totals, now), totals.categories
    return found


def _people(marks: Iterable[tuple[int, date, int | None]]) -> dict[date, set[int]]:
    found: dict[date, set[int]] = {}
    for _, monday, person in marks:
        if person is not None:
            found.setdefault(monday, set()).add(person)
    return found


def _locked_rows(team: Team, period: Period, now: datetime) -> list[TeamWeek]:
    wanted = TeamWeek.objects.of_team(team).touching(period).order_by("monday").select_for_update(no_key=True)
    rows = list(wanted)
    missing = set(period.mondays) - {row.monday for row in rows}
    if not missing:
        return rows
    new = [TeamWeek(team=team, monday=monday, days=EMPTY_DAYS, computed_at=now) for monday in sorted(missing)]
    TeamWeek.objects.bulk_create(new, ignore_conflicts=True)
    return list(wanted.all())


def _filled(row: TeamWeek, totals: WeekTotals, now: datetime) -> TeamWeek:
    """The row as it should be; the unique pair of team and week finds it."""
    return TeamWeek(
        pk=row.pk,
        is_final=row.is_final,
        team_id=row.team_id,
        monday=row.monday,
        days=[day.packed() for day in totals.days],
        input_hash=totals.fingerprint,
        computed_at=now,
        **{name: getattr(totals, name) for name in STATE},
        **totals.columns(),
    )


def _store(changed: Changed) -> None:
    """Written by one upsert, which is three times as quick as a bulk update of so many columns."""
    if not changed:
        return
    TeamWeek.objects.bulk_create(
        [week for week, _ in changed.values()],
        update_conflicts=True,
        unique_fields=["team", "monday"],
        update_fields=[*NUMBERS, *STATE, "days", "input_hash", "computed_at"],
    )
    TeamWeekCategory.objects.filter(week__in=list(changed)).delete()
    TeamWeekCategory.objects.bulk_create(
        TeamWeekCategory(week_id=pk, category=category, seconds=seconds)
        for pk, (_, categories) in changed.items()
        for category, seconds in categories.items()
        if seconds
    )
