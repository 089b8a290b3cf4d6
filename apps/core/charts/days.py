"""A strip of days: one bar each, calm ones alike, the others by how bad they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE = 0.72  # of the place of one day; the rest is the gap


@dataclass(frozen=True, slots=True)
class DayBar:
    """`tone` is empty for a calm day; `words` is what pointing at the bar says."""

    tone: str
    words: str


def day_strip(days: Sequence[DayBar], *, label: str, height: int = 32) -> SafeString:
    """`label` is read aloud in place of the picture; what it leaves out has to stand nearby as text."""
    calm = "".join(f"M{place} 0h{WIDE}v1h-{WIDE}z" for place, day in enumerate(days) if not day.tone)
    hurt = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="1"><title>{}</title></rect>',
        ((day.tone, place, WIDE, day.words) for place, day in enumerate(days) if day.tone),
    )
    return format_html(
        '<svg class="days" role="img" aria-label="{}" viewBox="0 0 {} 1" preserveAspectRatio="none" '
        'width="100%" height="{}"><path class="calm" d="{}"/>{}</svg>',
        label,
        max(1, len(days)) - 1 + WIDE,
        height,
        calm,
        hurt,
    )
