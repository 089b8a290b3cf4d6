"""The one reader of CSV: rows by the line of the file each begins on, however many lines its cells take."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_SHOWN = 60
IN_WORDS = {
    "unexpected end of data": "A quote is opened and never closed",
    "field larger than field limit": "A cell is longer than 131,072 characters; is a quote never closed",
}


class NotReadable(ValueError):
    """The file as a whole cannot be read."""


class NumberedRow(NamedTuple):
    """`line` is where it begins, `last` where it ends; `trouble` says why it is no row, and then it has no cells."""

    line: int
    last: int
    cells: list[str]
    trouble: str = ""


def numbered_rows(lines: Iterable[str], *, delimiter: str = ",") -> Iterator[NumberedRow]:
    """Every row but empty ones. Lines come with their ends, as a file opened with newline="" gives them."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield NumberedRow(line, reader.line_num, [], _in_words(error))
            continue
        if cells:
            yield NumberedRow(line, reader.line_num, cells)


def _in_words(error: csv.Error) -> str:
    known = (words for start, words in IN_WORDS.items() if str(error).startswith(start))
    return next(known, f"This is not CSV ({error})")


def storable(value: str) -> str:
    """A value of the file as a database takes it."""
    return value.replace("\0", "\ufffd")


def shown(value: str) -> str:
    """A value of the file as a message quotes it: short, and without anything a terminal would obey."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in value)
    return f"“{text[:MAX_SHOWN]}…”" if len(text) > MAX_SHOWN else f"“{text}”"
