"""Where the time of each incident went: phases one after the other, a gap where nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.numbers import num


@dataclass(frozen=True, slots=True)
class Phase:
    """From one known time to the next. `series` None: a gap, more than one phase that cannot be told apart."""

    series: int | None
    seconds: float
    said: str


@dataclass(frozen=True, slots=True)
class PhaseRow:
    name: str
    sub: str
    href: str
    phases: Sequence[Phase]
    total: str


def phase_table(rows: Sequence[PhaseRow], *, caption: str, heads: tuple[str, str, str]) -> SafeString:
    body = format_html_join("", '<tr role="row">{}</tr>', ((_cells(row),) for row in rows))
    return format_html(
        '<div class="scroll-x" tabindex="0" role="region" aria-label="{}">'
        '<table class="table compact phases" role="table">'
        '<caption class="sr-only">{}</caption><thead><tr role="row"><th scope="col" role="columnheader">{}</th>'
        '<th scope="col" role="columnheader">{}</th><th scope="col" role="columnheader" class="end">{}</th></tr>'
        "</thead><tbody>{}</tbody></table></div>",
        caption,
        caption,
        *heads,
        body,
    )


def _cells(row: PhaseRow) -> SafeString:
    said = ", ".join(phase.said for phase in row.phases)
    return format_html(
        '<th scope="row" role="rowheader"><a class="row-link" href="{}">{}</a>'
        '<span class="sub-line mono-sm">{}</span></th>'
        '<td role="cell"><svg class="phase-bar" height="14" role="img" aria-label="{}">{}</svg></td>'
        '<td role="cell" class="end tight nums">{}</td>',
        row.href,
        row.name,
        row.sub,
        said,
        _bar(row.phases),
        row.total,
    )


def _bar(phases: Sequence[Phase]) -> SafeString:
    whole, x, parts = sum(phase.seconds for phase in phases) or 1.0, 0.0, []
    for phase in phases:
        width = 100 * phase.seconds / whole
        name = "gap" if phase.series is None else f"c{phase.series}"
        parts.append((name, num(x), num(max(0.0, width - 0.4)), phase.said))
        x += width
    return format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" y="0.5" height="13" rx="1.5"><title>{}</title></rect>',
        parts,
    )
