"""A CSV file as numbered rows, and what was found wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apps.core.tables import NotReadable, numbered_rows
from apps.incidents.operations import PastIncident

MAX_LINES = 500_000


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    text: str


@dataclass(slots=True)
class Findings:
    """`rows` were read, `incidents` came out, `services` names what each incident points to (by external id)."""

    rows: int = 0
    incidents: list[PastIncident] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))


Row = dict[str, str]


def read_table(path: Path, columns: frozenset[str], findings: Findings) -> Iterator[tuple[int, Row]]:
    """Line number and row. A row with too few or too many fields is reported and left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = numbered_rows(file)
            head = next(rows, None)
            names = head.cells if head else []
            _check_head(names, columns)
            for row in rows:
                if row.trouble:
                    raise NotReadable(f"The file is not CSV: line {row.line}: {row.trouble}.")
                findings.rows += 1
                _check_size(findings.rows)
                if len(row.cells) != len(names):
                    findings.complain(row.line, "The row has another number of fields than the head.")
                    continue
                yield row.line, {name: cell.strip() for name, cell in zip(names, row.cells, strict=True)}
    except UnicodeDecodeError as error:
        raise NotReadable("The file is not UTF-8 text.") from error


def _check_head(found: object, columns: frozenset[str]) -> None:
    missing = sorted(columns - set(found))  # type: ignore[call-overload]
    if missing:
        raise NotReadable("These columns are missing: " + ", ".join(missing) + ".")


def _check_size(rows: int) -> None:
    if rows > MAX_LINES:
        raise NotReadable(f"The file has more than {MAX_LINES:,} rows. Split it.")
