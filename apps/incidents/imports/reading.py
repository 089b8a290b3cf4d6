"""A CSV file as numbered rows, and what was found wrong on the way."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apps.incidents.operations import PastIncident

MAX_LINES = 500_000
MAX_SHOWN = 60


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


class NotReadable(ValueError):
    """The file as a whole cannot be read."""


Row = dict[str, str]


def read_table(path: Path, columns: frozenset[str], findings: Findings) -> Iterator[tuple[int, Row]]:
    """Line number and row. A row with too few or too many fields is reported and left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_head(reader.fieldnames or [], columns)
            for row in reader:
                findings.rows += 1
                _check_size(findings.rows)
                if None in row or None in row.values():
                    findings.complain(reader.line_num, "The row has another number of fields than the head.")
                    continue
                yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except UnicodeDecodeError as error:
        raise NotReadable("The file is not UTF-8 text.") from error
    except csv.Error as error:
        raise NotReadable(f"The file is not CSV: line {reader.line_num}: {error}.") from error


def _check_head(found: object, columns: frozenset[str]) -> None:
    missing = sorted(columns - set(found))  # type: ignore[call-overload]
    if missing:
        raise NotReadable("These columns are missing: " + ", ".join(missing) + ".")


def _check_size(rows: int) -> None:
    if rows > MAX_LINES:
        raise NotReadable(f"The file has more than {MAX_LINES:,} rows. Split it.")


def shown(value: str) -> str:
    """A value of the file as a message quotes it: short, and without anything a terminal would obey."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in value)
    return f"“{text[:MAX_SHOWN]}…”" if len(text) > MAX_SHOWN else f"“{text}”"
