"""One's own week as a table: work by day, with its sums."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.toil.grid.cells import About, Cell
from apps.toil.models import WorkKind
from apps.toil.percent import Share
from apps.toil.periods import Period

MOST_OPEN_ROWS = 60
MOST_NEW_ROWS = 10
ASKED = ("line", "source", "team", "kind")
"""Of a new row."""


@dataclass(slots=True)
class Row:
    """`about` is None while it is not known what a new row is for: then `asked` is what was typed. `name` is what its
    fields are called by, `is_fixed` that it has none, as there are too many rows."""

    about: About | None
    cells: list[Cell]
    name: str = ""
    error: str = ""
    asked: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ASKED, ""))
    is_fixed: bool = False

    @property
    def seconds(self) -> int:
        return sum(cell.seconds for cell in self.cells)

    @property
    def packed(self) -> str:
        return json.dumps(self.about.packed(), ensure_ascii=False) if self.about else ""

    @property
    def is_toil(self) -> bool:
        return self.about is not None and self.about.kind == WorkKind.TOIL

    @property
    def shown(self) -> str:
        return ",".join(cell.shown for cell in self.cells)


@dataclass(slots=True)
class Day:
    """A column. `capacity` is None on a day on which the person counts for no team."""

    day: date
    is_future: bool
    is_today: bool
    capacity: Decimal | None
    seconds: int
    toil_seconds: int


@dataclass(slots=True)
class Grid:
    period: Period
    today: date
    rows: list[Row]
    capacity: dict[date, Decimal]

    def row(self, about: About) -> Row | None:
        return next((row for row in self.rows if row.about and row.about.key == about.key), None)

    def new_row(self, about: About | None) -> Row:
        return Row(about, [Cell(day, day > self.today) for day in self.period.days])

    def name_rows(self) -> None:
        """Names for the fields of every row, and an empty row to begin another in."""
        known = [row for row in self.rows if row.about]
        new = [*(row for row in self.rows if not row.about), self.new_row(None)][:MOST_NEW_ROWS]
        for place, row in enumerate(known):
            row.name, row.is_fixed = str(place), place >= MOST_OPEN_ROWS
        for place, row in enumerate(new):
            row.name = f"n{place}"
        self.rows = known + new

    @property
    def days(self) -> list[Day]:
        return [self._day(place, day) for place, day in enumerate(self.period.days)]

    def _day(self, place: int, day: date) -> Day:
        found = [(row.is_toil, row.cells[place].seconds) for row in self.rows]
        toil = sum(seconds for is_toil, seconds in found if is_toil)
        everything = sum(seconds for _, seconds in found)
        is_today = day == self.today
        return Day(day, day > self.today, is_today, self.capacity.get(day), everything, toil)

    @property
    def seconds(self) -> int:
        return sum(row.seconds for row in self.rows)

    @property
    def toil_seconds(self) -> int:
        return sum(row.seconds for row in self.rows if row.is_toil)

    @property
    def capacity_minutes(self) -> Decimal:
        return sum(self.capacity.values(), Decimal(0))

    @property
    def share(self) -> Share:
        return Share(self.toil_seconds, self.capacity_minutes)

    @property
    def is_changed(self) -> bool:
        return any(cell.typed is not None for row in self.rows for cell in row.cells)
