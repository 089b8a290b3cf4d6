"""Closing weeks: what stood when the grace was over is kept, and so is every later change, with who made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from apps.toil.models import TeamWeek, WeekSnapshot
from apps.toil.models.week import NUMBERS
from apps.toil.periods import Period
from apps.toil.rollup import fingerprint_of


def close_weeks(
    weeks: Iterable[TeamWeek], period: Period, changed_by: Mapping[date, set[int]], now: datetime
) -> None:
    """Keep these weeks of one team, whose rows are locked and as they are stored, if they are over and their sums
    are not those that were kept last. `changed_by` are people by monday."""
    due = [week for week in weeks if week.final_at is not None and week.final_at <= now]
    if not due:
        return
    last = _last_revisions(due[0].team_id, period)
    new = [_snapshot(week, *last.get(week.monday, (0, "")), now) for week in due]
    kept = WeekSnapshot.objects.bulk_create(row for row in new if row is not None)
    _name_people(kept, changed_by)
    open_weeks = [week.pk for week in due if not week.is_final]
    TeamWeek.objects.filter(pk__in=open_weeks).update(is_final=True)


def _last_revisions(team_id: int, period: Period) -> dict[date, tuple[int, str]]:
    rows = WeekSnapshot.objects.filter(team=team_id).within(period).order_by("revision")
    return {
        monday: (revision, found)
        for monday, revision, found in rows.values_list("monday", "revision", "input_hash")
    }


def _snapshot(week: TeamWeek, revision: int, last_hash: str, now: datetime) -> WeekSnapshot | None:
    found = fingerprint_of(week.days)
    if found == last_hash:
        return None
    return WeekSnapshot(
        team_id=week.team_id,
        monday=week.monday,
        revision=revision + 1,
        input_hash=found,
        taken_at=now,
        **{name: getattr(week, name) for name in NUMBERS},
    )


def _name_people(kept: Iterable[WeekSnapshot], changed_by: Mapping[date, set[int]]) -> None:
    """Of changes after the close; a first snapshot is nobody's change."""
    through = WeekSnapshot.changed_by.through
    through.objects.bulk_create(
        through(weeksnapshot_id=row.pk, user_id=person)
        for row in kept
        if row.revision > 1
        for person in sorted(changed_by.get(row.monday, ()))
    )
