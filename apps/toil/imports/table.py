"""A file as text and rows: its encoding and its delimiter are found, never asked for."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from apps.core.tables import NotReadable, NumberedRow, numbered_rows
from apps.toil.imports.columns import KNOWN, Columns, columns_of

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` may be asked for more than once."""

    raw: bytes
    encoding: str
    delimiter: str
    columns: Columns

    def rows(self) -> Iterator[NumberedRow]:
        """Without the head."""
        found = _filled(self.raw, self.encoding, self.delimiter)
        next(found, None)
        return found


def open_table(raw: bytes, tool: str = "") -> Table:
    """Raises NotReadable with what is wrong with the file as a whole."""
    encoding = encoding_of(raw)
    first = next((line for line in _lines(raw, encoding) if line.strip()), "")
    if not first:
        raise NotReadable("The file is empty.")
    delimiter = delimiter_of(first)
    head = next(_filled(raw, encoding, delimiter))
    if head.trouble:
        raise NotReadable(f"Line {head.line}: {head.trouble}.")
    return Table(raw, encoding, delimiter, columns_of(head.cells, tool))


def _filled(raw: bytes, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    """Without rows whose cells are all empty, as spreadsheets leave them at the end."""
    found = numbered_rows(_lines(raw, encoding), delimiter=delimiter)
    return (row for row in found if row.trouble or any(map(str.strip, row.cells)))


def encoding_of(raw: bytes) -> str:
    """The name Python knows it by."""
    if raw.startswith(ARCHIVES):
        raise NotReadable("This is no CSV file. Save the table as CSV and send that.")
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _checked(raw, name)
    if b"\0" in raw:
        raise NotReadable("This is no text. Save the table as CSV in UTF-8 and send that.")
    return next((name for name in ("utf-8", "cp1252") if _reads_as(raw, name)), "") or _checked(raw, "utf-8")


def _reads_as(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _checked(raw: bytes, encoding: str) -> str:
    if not _reads_as(raw, encoding):
        raise NotReadable(f"This is no text in {ENCODINGS[encoding]}. Save the table as CSV in UTF-8.")
    return encoding


def delimiter_of(first_line: str) -> str:
    """The one with which most columns of the first line have a name that is known."""

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first_line], delimiter=delimiter), [])
        return len({cell.strip().casefold() for cell in cells} & KNOWN)

    return max(DELIMITERS, key=known)


def _lines(raw: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")
