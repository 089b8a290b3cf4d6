"""A whole file, read twice: once for whose time it holds and in which order its dates are, once for its rows."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from apps.accounts.models import Team, User
from apps.core.tables import NotReadable, storable
from apps.toil.imports.dates import DateOrder, evidence, order_of
from apps.toil.imports.keys import RowKeys
from apps.toil.imports.rows import Cells, Reads, Spent, cells_of, dates_in, read_row, whose
from apps.toil.imports.table import Table, open_table
from apps.toil.lines.durations import Unreadable
from apps.toil.models import LabelPart, ToilEntry
from apps.toil.operations.drafts import settle_time
from apps.toil.operations.import_people import Person, people_of

MOST_ROWS = 250_000
MOST_NAMED = 1000  # problems, and notes
MOST_LABELS, MOST_PEOPLE, SAMPLE = 300, 200, 8
MOST_COUNTED = 10_000  # labels; what is rarer than so many others is not asked about anyway
LOOKED_UP = 5000


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be an entry."""

    line: int
    person: Person
    key: UUID
    day: date
    spent: Spent


@dataclass(slots=True)
class Findings:
    """`left_out` counts rows by whose they are, with the first line and the reason."""

    table: Table
    order: DateOrder
    total: int = 0
    refused: int = 0
    noted: int = 0
    same: int = 0
    rows: list[GoodRow] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    left_out: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)

    def complain(self, line: int, text: str) -> None:
        self.refused += 1
        if len(self.problems) < MOST_NAMED:
            self.problems.append((line, text))

    def note(self, line: int, text: str) -> None:
        self.noted += 1
        if len(self.notes) < MOST_NAMED:
            self.notes.append((line, text))

    def leave_out(self, who: str, line: int, reason: str) -> None:
        seen = self.left_out.setdefault(
            who, {"who": storable(who[:254]), "rows": 0, "line": line, "reason": reason}
        )
        seen["rows"] += 1


def read_file(
    raw: bytes, *, team: Team, tool: str = "", order: str = "", zone: tzinfo | None, by: User, now: datetime
) -> Findings:
    """`zone` is that of the times in the file, None for each person's own. Raises NotReadable, or AsksOrder."""
    table = open_table(raw, tool)
    names, dates = _survey(table)
    findings = Findings(table, order_of(evidence(dates), order))
    reads, keys = Reads(table.columns, findings.order), RowKeys(table.columns.tool)
    people = people_of(names, team=team, by=by)
    for line, cells in _cells(table, findings):
        try:
            who = whose(cells)
            person = people[who]
            if isinstance(person, str):
                findings.leave_out(who, line, person)
                continue
            spent = read_row(cells, reads, zone or person.zone)
            _add(findings, line, person, keys, spent, now)
        except Unreadable as error:
            findings.complain(line, str(error))
    findings.same = _count_known(findings.rows)
    return findings


def _survey(table: Table) -> tuple[set[str], Iterator[tuple[int, str]]]:
    """Who occurs in the file, and every date in it with the first line that has it."""
    names: set[str] = set()
    dates: dict[str, int] = {}
    count = 0
    for count, row in enumerate(table.rows(), 1):
        if count > MOST_ROWS:
            raise NotReadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        try:
            cells = cells_of(row, table.columns)
            names.add(whose(cells))
            for text in dates_in(cells):
                dates.setdefault(text, row.line)
        except Unreadable:
            continue  # said when the rows are read
    if not count:
        raise NotReadable("The file has a first row, but no rows of time after it.")
    return names, ((line, text) for text, line in dates.items())


def _cells(table: Table, findings: Findings) -> Iterator[tuple[int, Cells]]:
    for row in table.rows():
        findings.total += 1
        try:
            yield row.line, cells_of(row, table.columns)
        except Unreadable as error:
            findings.complain(row.line, str(error))


def _add(findings: Findings, line: int, person: Person, keys: RowKeys, spent: Spent, now: datetime) -> None:
    day = _settled_day(spent, person, now)
    findings.rows.append(GoodRow(line, person, keys.of(person.pk, spent), day, spent))
    for text in spent.notes:
        findings.note(line, text)
    for label in set(labels_of(spent.project, spent.activity, spent.tags)):
        if label in findings.labels or len(findings.labels) < MOST_COUNTED:
            findings.labels[label] += 1


def labels_of(project: str, activity: str, tags: Sequence[str]) -> list[tuple[str, str]]:
    """(part, name), the most exact first."""
    named = [
        *((LabelPart.TAG, tag) for tag in tags),
        (LabelPart.ACTIVITY, activity),
        (LabelPart.PROJECT, project),
    ]
    return [(part.value, name) for part, name in named if name]


def _settled_day(spent: Spent, person: Person, now: datetime) -> date:
    """The person's own day on which it is logged. What no entry may be is refused with the words of the log."""
    day = None if spent.start else spent.day
    given = {"seconds": spent.seconds, "local_date": day, "started_at": spent.start, "ended_at": spent.end}
    try:
        settled: date = settle_time(given, person.tz, now)["local_date"]
    except ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from error
    return settled


def _count_known(rows: list[GoodRow]) -> int:
    keys = [row.key for row in rows]
    parts = (keys[start : start + LOOKED_UP] for start in range(0, len(keys), LOOKED_UP))
    return sum(ToilEntry.objects.filter(import_key__in=part).count() for part in parts)


def compressed(raw: bytes) -> bytes:
    return zlib.compress(raw, 6)
