"""Saving one's own week out of its table: each cell by the operation of a single entry, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.core.errors import StaleVersion, in_words
from apps.core.permissions import require
from apps.toil.grid.cells import About, Cell, Key, Time
from apps.toil.grid.loading import load_grid
from apps.toil.grid.table import Grid
from apps.toil.models import ToilEntry
from apps.toil.operations.entries import delete_entry, edit_entry, log_entry
from apps.toil.operations.slicing import lock_times_of

NOT_YOURS = "A week is filled in by whose it is."
TWICE = "This stands in another row too."
SEVERAL = "Several entries stand here by now. Change them one by one."
GONE = "What stood here was removed meanwhile. Save again to log it."


@dataclass(frozen=True, slots=True)
class CellWish:
    """What a cell is to hold; None is nothing. `shown` is what stood in it when somebody wrote over it, `name` what a
    refusal is called by."""

    name: str
    about: About
    day: date
    time: Time | None
    shown: str


@dataclass(slots=True)
class Saved:
    added: int = 0
    changed: int = 0
    removed: int = 0
    teams: set[Team] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@transaction.atomic
def save_week(*, person: User, monday: date, wishes: Sequence[CellWish], by: User, now: datetime) -> Saved:
    """Add, change and remove what was written into the cells. Raises ValidationError with every cell that cannot be,
    and then nothing is saved.

    A cell that holds what is wished already is left alone, so saving again changes nothing; one that somebody changed
    since it was shown is refused with what stands there now.
    """
    require(by.pk == person.pk and by.may_write, NOT_YOURS)
    lock_times_of(person.pk)
    grid, saved = load_grid(person, monday, now=now), Saved()
    errors: dict[str, str] = {}
    done: set[tuple[Key, date]] = set()
    for wish in wishes:
        place = wish.about.key, wish.day
        try:
            if place in done:
                raise ValidationError(TWICE)
            _save_cell(_cell(grid, wish), wish, saved, by=by, now=now)
        except (ValidationError, StaleVersion) as refusal:
            errors[wish.name] = in_words(refusal)
        done.add(place)
    if errors:
        raise ValidationError(errors)
    return saved


def _cell(grid: Grid, wish: CellWish) -> Cell:
    row = grid.row(wish.about) or grid.new_row(wish.about)
    return row.cells[(wish.day - grid.period.start).days]


def _save_cell(cell: Cell, wish: CellWish, saved: Saved, *, by: User, now: datetime) -> None:
    if cell.time == wish.time and (cell.entry or not cell.pieces):
        return
    if cell.shown != wish.shown:
        raise ValidationError(_what_stands(cell))
    if cell.pieces and not cell.entry:
        raise ValidationError(SEVERAL)
    if cell.entry:
        _change(cell.entry, cell.time, wish.time, saved, by=by, now=now)
    elif wish.time:
        _add(wish, wish.time, saved, by=by, now=now)


def _what_stands(cell: Cell) -> str:
    if not cell.pieces:
        return GONE
    return f"{cell.text} stands here by now. Save again to replace it." if cell.entry else SEVERAL


def _add(wish: CellWish, time: Time, saved: Saved, *, by: User, now: datetime) -> None:
    seconds, occurrences = time
    when: dict[str, Any] = {"seconds": seconds, "occurrences": occurrences, "local_date": wish.day}
    log_entry(person=by, **wish.about.said, **when, by=by, now=now)
    saved.added += 1
    saved.teams.add(wish.about.team)


def _change(
    entry: ToilEntry, before: Time | None, time: Time | None, saved: Saved, *, by: User, now: datetime
) -> None:
    if time is None:
        delete_entry(entry, seen=entry.version, by=by)
        saved.removed += 1
    else:
        changes = {"seconds": time[0]}
        if before is None or time[1] != before[1]:
            changes["occurrences"] = time[1]
        edit_entry(entry, changes=changes, seen=entry.version, by=by, now=now)
        saved.changed += 1
    saved.teams.add(entry.team)
