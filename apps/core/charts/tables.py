"""The numbers of a chart, for who does not see it or wants to read them off."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.numbers import escaped


def as_table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, total_last: bool = False
) -> SafeString:
    """Folded up below its chart; the first column names the row, the others are numbers, the last may be their sum."""
    first, *others = heads
    return format_html(
        '<details><summary class="link small">Show as a table</summary>'
        '<div class="scroll-x chart-table mt-4" tabindex="0" role="region" aria-label="{}, table">'
        '<table class="table compact"><caption class="sr-only">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        title,
        title,
        first,
        format_html_join("", '<th scope="col" class="end">{}</th>', ((head,) for head in others)),
        format_html_join("", "<tr>{}</tr>", ((_cells(row, total_last=total_last),) for row in rows)),
    )


def _cells(row: Sequence[object], *, total_last: bool) -> SafeString:
    first, *others = row
    last = len(others) - 1 if total_last else None
    cells = [
        f'<td class="end nums{" strong" if place == last else ""}">{escaped(cell)}</td>'
        for place, cell in enumerate(others)
    ]
    return SafeString(f'<th scope="row">{escaped(first)}</th>{"".join(cells)}')
