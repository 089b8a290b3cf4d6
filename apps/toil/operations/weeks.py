"""Recomputing stored weeks. Idempotent: any number at once, and running it again writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Team
from apps.core.streams import take_room
from apps.toil.models import DirtyWeek, TeamWeek, TeamWeekCategory, ToilEntry
from apps.toil.models.week import NUMBERS
from apps.toil.operations.closing import close_weeks
from apps.toil.operations.inputs import Inputs, load_inputs
from apps.toil.operations.labelling import label_again
from apps.toil.operations.marks import KEPT_WEEKS, kept_weeks, mark_capacity_changes, mark_missing_weeks
from apps.toil.periods import EVER, WEEK, Period, monday_of
from apps.toil.rollup import EMPTY_DAYS, WeekTotals

STATE = ("days_counted", "days_total", "next_change_at", "final_at")
ROOM = 64


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
    """Every week of these teams from raw slices, whatever is marked. All are looked at together and without a lock;
    then those that are not as they should be are recomputed as the tick does it. What changes meanwhile has left its
    mark for the tick, as ever."""
    while mark_capacity_changes(now):
        pass
    wanted = {team.pk: team for team in teams}
    while label_again(list(wanted), EVER):
        pass
    due = _due(sorted(wanted), now)
    return sum(recompute_weeks(wanted[team], mondays, now=now) for team, mondays in due.items())


@transaction.atomic
def _due(teams: list[int], now: datetime) -> dict[int, set[date]]:
    """Weeks by team that are missing, to be closed, or not as they were computed."""
    take_room(megabytes=ROOM)
    rows = TeamWeek.objects.filter(team__in=teams)
    due: defaultdict[int, set[date]] = defaultdict(set)
    for team, monday in rows.closing(now).values_list("team", "monday"):
        due[team].add(monday)
    stored: defaultdict[int, dict[date, str]] = defaultdict(dict)
    for team, monday, fingerprint in rows.order_by().values_list("team", "monday", "input_hash"):
        stored[team][monday] = fingerprint
    kept = set(kept_weeks(now).mondays)
    for team, inputs in load_inputs(teams, EVER):
        known = stored[team]
        due[team] |= (kept | inputs.work.keys()) - known.keys()
        totals = inputs.totals(known, now)
        due[team] |= {monday for monday, found in totals if found.fingerprint != known[monday]}
    return due


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
    label_again([team.pk], period)
    changed = _differing(rows, _inputs(team, period), now)
    _store(changed)
    current = (changed[row.pk][0] if row.pk in changed else row for row in rows)
    close_weeks(current, period, _people(seen), now)
    DirtyWeek.objects.filter(pk__in=[pk for pk, _, _ in seen]).delete()
    return len(changed)


def _inputs(team: Team, period: Period) -> Inputs:
    ((_, found),) = load_inputs([team.pk], period)
    return found


Changed = dict[int, tuple[TeamWeek, Mapping[str, int]]]


def _differing(rows: Iterable[TeamWeek], inputs: Inputs, now: datetime) -> Changed:
    """By key: the rows as they should be, with their categories, where they are not so yet."""
    by_monday, found = {row.monday: row for row in rows}, Changed()
    for monday, totals in inputs.totals(by_monday, now):
        row = by_monday[monday]
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
