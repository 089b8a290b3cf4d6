"""The table of one's own week as it stands: what is logged, and the rows of the four weeks before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from apps.accounts.models import User
from apps.toil.figures import capacity_of_person
from apps.toil.grid.cells import About, Key
from apps.toil.grid.table import Grid, Row
from apps.toil.lines.durations import spell_duration
from apps.toil.models import SourceStatus, ToilEntry, ToilSlice
from apps.toil.periods import WEEK, Period, week_of

REMEMBERED_WEEKS = 4
MOST_ROWS = 20
MOST_REMEMBERED = 500


def load_grid(person: User, monday: date, *, now: datetime, most: int = MOST_ROWS) -> Grid:
    """All of the week, and of earlier rows the newest until there are `most`. Eight queries, nine where public
    holidays apply."""
    period = week_of(monday)
    today = now.astimezone(person.zone).date()
    grid = Grid(period, today, [], capacity_of_person(person, period))
    rows: dict[Key, Row] = {}
    for piece in _pieces(person, period):
        about = About.of(piece.entry)
        row = rows.setdefault(about.key, grid.new_row(about))
        row.cells[piece.local_date.weekday()].pieces.append(piece)
    for about in _remembered(person, period, set(rows), most - len(rows)):
        rows[about.key] = grid.new_row(about)
    grid.rows = sorted(rows.values(), key=lambda row: row.about.order if row.about else ("", "", ""))
    return grid


def _pieces(person: User, period: Period) -> Iterator[ToilSlice]:
    rows = ToilSlice.objects.of_person(person, period.start, period.end).counting()
    names = ("entry__team", "entry__source", "entry__service", "entry__incident", "entry__item__incident")
    yield from rows.select_related(*names).order_by("local_date", "pk")


def _remembered(person: User, period: Period, seen: set[Key], count: int) -> Iterator[About]:
    """As many of the last four weeks that are not seen yet, the newest first. What was for an incident or an item does
    not come again, nor what is of a retired source."""
    if count <= 0:
        return
    before = ToilEntry.objects.filter(person=person, incident=None, item=None).counting()
    rows = before.between(period.start - WEEK * REMEMBERED_WEEKS, period.start)
    rows = rows.exclude(source__status=SourceStatus.RETIRED).order_by("-local_date", "-pk")
    first: dict[Key, int] = {}
    names = ("pk", "team", "kind", "source", "text", "service", "category")
    for pk, team, kind, source, text, *rest in rows.values_list(*names)[:MOST_REMEMBERED]:
        key = (team, kind, None, None, *((source,) if source else (text.casefold(), *rest)))
        if key not in seen:
            first.setdefault(key, pk)
    newest = list(first.values())[:count]
    found = ToilEntry.objects.with_all().in_bulk(newest)
    yield from (About.of(found[pk]) for pk in newest if pk in found)


def fill_from_last_week(grid: Grid, person: User) -> None:
    """Write last week's times into the empty cells. Nothing is saved by it."""
    before = Period(grid.period.start - WEEK, grid.period.start)
    seconds: dict[tuple[Key, int], int] = {}
    for piece in _pieces(person, before):
        place = About.of(piece.entry).key, piece.local_date.weekday()
        seconds[place] = seconds.get(place, 0) + piece.attributed
    for row in grid.rows:
        for weekday, cell in enumerate(row.cells):
            found = seconds.get((row.about.key, weekday), 0) if row.about else 0
            if found and cell.is_open and not cell.pieces:
                cell.typed = spell_duration(found)
