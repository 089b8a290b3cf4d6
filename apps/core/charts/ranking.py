"""Names with a bar each, largest first: on a page a table whose rows carry the bars, as a file a picture of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas
from apps.core.charts.chart import Chart
from apps.core.charts.numbers import Number, num

LINE, THICK = 40, 6  # pixels of a file: a row, and its bar
LONGEST = 80  # letters


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ranking: a name, its value as text, its size, what stands in the last column."""

    name: str
    size: Number
    value: str
    note: str = ""
    href: str = ""
    is_other: bool = False


def hbars(rows: Sequence[Row], *, caption: str, heads: tuple[str, str, str]) -> SafeString:
    """A ranking as a table whose rows carry a bar; the longest bar is the greatest size."""
    greatest = max([float(row.size) for row in rows] + [0.0]) or 1.0
    body = format_html_join(
        "", "<tr>{}</tr>", ((_hbar_cells(row, greatest, bool(heads[2])),) for row in rows)
    )
    last = format_html('<th scope="col" class="end">{}</th>', heads[2]) if heads[2] else ""
    return format_html(
        '<table class="table compact"><caption class="sr-only">{}</caption>'
        '<thead><tr><th scope="col">{}</th><th scope="col" class="end">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>",
        caption,
        heads[0],
        heads[1],
        last,
        body,
    )


def _hbar_cells(row: Row, greatest: float, has_note: bool) -> SafeString:  # noqa: FBT001
    name = format_html('<a href="{}">{}</a>', row.href, row.name) if row.href else row.name
    bar = format_html(
        '<svg class="meter thin hbar mt-2{}" aria-hidden="true">'
        '<rect class="fill" width="{}%" height="5" rx="2.5"/></svg>',
        " other" if row.is_other else "",
        num(100 * float(row.size) / greatest),
    )
    note = format_html('<td class="end tight nums dim">{}</td>', row.note) if has_note else ""
    return format_html(
        '<th scope="row">{}{}</th><td class="end tight nums">{}</td>{}', name, bar, row.value, note
    )


def ranked(rows: Sequence[Row], *, title: str, finding: str, heads: tuple[str, str, str]) -> Chart:
    """The same rows as a picture, for a file."""
    return Chart(
        title=title,
        finding=finding,
        height=LINE * len(rows),
        draw=lambda canvas: _drawn(canvas, rows),
        table=(heads, [(row.name, row.value, row.note) for row in rows]),
    )


def _drawn(canvas: Canvas, rows: Sequence[Row]) -> SafeString:
    greatest = max([float(row.size) for row in rows] + [0.0]) or 1.0
    marks = []
    for place, row in enumerate(rows):
        y, short = LINE * place + 16, row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1]}…"
        marks.append(canvas.text("tick", (0, y), short))
        marks.append(canvas.text("strong", (90, y), row.value, "end"))
        marks.append(canvas.text("tick", (100, y), row.note, "end"))
        look, width = "c0" if row.is_other else "c1", 100 * float(row.size) / greatest
        marks.append(canvas.rect(look, x=0, width=width, y=y + 7, height=THICK, rx=3))
    return format_html_join("", "{}", ((mark,) for mark in marks))
