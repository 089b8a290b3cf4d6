"""The one writer of CSV: streamed, ISO dates, one header row, and no cell a spreadsheet would run."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

Column = tuple[str, Callable[[Any], Any]]
STARTS_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


class _Line:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(' "').startswith(STARTS_FORMULA):
        return f"'{value}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([name for name, _ in columns])
    for row in rows:
        yield writer.writerow([safe_cell(read(row)) for _, read in columns])


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
