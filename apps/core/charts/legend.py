"""Which look means what, above a chart."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.canvas import Canvas


def legend(looks: Sequence[tuple[str, str]], *, key: str, is_hatched: bool = True) -> SafeString:
    """(look, name) in the order of the parts. `key` keeps patterns apart from those of other charts."""
    return format_html(
        '<ul class="legend">{}</ul>',
        format_html_join(
            "",
            '<li><svg aria-hidden="true">{}</svg>{}</li>',
            (
                (_mark(Canvas(f"{key}-l{place}"), look, is_hatched=is_hatched), name)
                for place, (look, name) in enumerate(looks)
            ),
        ),
    )


def _mark(canvas: Canvas, look: str, *, is_hatched: bool) -> SafeString:
    if not is_hatched:
        return canvas.rect(look, x=0, width=100, y=0, height=12, rx=2)
    mark = canvas.bar(look, x=0, width=100, y=0, height=12)
    return format_html("<defs>{}</defs>{}", canvas.hatches(), mark) if "url(#" in mark else mark
