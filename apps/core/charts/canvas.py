"""What marks are drawn on: a page, where widths are percentages and looks are classes of the stylesheet; or a file for
others, where both are written out, so that it looks the same in a document, a review or a chat.

A file has no stylesheet: whoever shows it may forbid one, as code hosts do.

A page has hundreds of marks, so they are put together as plain text: looks and numbers are our own, and words are
escaped here. `format_html` looks at each of them, which takes longer than all the rest of a chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.numbers import escaped, num

Place = tuple[float, float]  # percent of the width, pixels from the top
HATCHED = {"c2": "up", "c4": "down"}
"""Every second part is hatched, so that neighbours differ without any colour."""

INK, FAINT, LINE, EDGE, PAPER, FIRST, GREY = (
    *("#171c20", "#5e666e", "#dde0e3", "#868d94", "#ffffff"),
    *("#0d5c94", "#7e868d"),
)
SERIES = {
    "c1": FIRST,
    "c2": "#38a3a4",
    "c3": "#a84533",
    "c4": "#c2882d",
    "c5": "#694191",
    "c0": GREY,
}
LOOKS: dict[str, str] = {
    **{name: f'fill="{colour}"' for name, colour in SERIES.items()},
    "grid": f'stroke="{LINE}"',
    "base": f'stroke="{EDGE}"',
    "load": f'stroke="{INK}" stroke-width="1.5"',
    "mark": f'fill="{PAPER}" stroke="{INK}" stroke-width="1.5"',
    "line": f'fill="none" stroke="{FIRST}" stroke-width="2" stroke-linejoin="round"',
    "band": f'fill="{FIRST}" fill-opacity="0.16"',
    "middle": f'stroke="{FIRST}" stroke-width="2"',
    "reach": f'stroke="{FIRST}" stroke-width="2" stroke-opacity="0.45"',
    "pt": f'fill="{FIRST}" stroke="{PAPER}" stroke-width="2"',
    "pt part": f'fill="{PAPER}" stroke="{FIRST}" stroke-width="1.5"',
    "dot": f'fill="{FIRST}" fill-opacity="0.6" stroke="{FIRST}"',
    "runs": f'fill="{PAPER}" stroke="{FAINT}" stroke-width="1.5"',
    "arrow": f'fill="none" stroke="{FAINT}" stroke-width="1.5"',
    "tick": f'font-size="12" fill="{FAINT}"',
    "tick halo": f'font-size="12" fill="{FAINT}"',
    "strong": f'font-size="12" font-weight="600" fill="{INK}"',
    "strong halo": f'font-size="12" font-weight="600" fill="{INK}"',
}
LOOKS |= {f"{name} {when}": look for name, look in LOOKS.items() for when in ("opt", "slim")}
"""Of a page: not on a phone, and on a phone alone."""


class Canvas:
    """A page. `key` keeps the names of patterns apart where several charts stand on one page."""

    is_file: ClassVar[bool] = False

    def __init__(self, key: str) -> None:
        self.key = key

    def x(self, percent: float) -> str:
        return f"{num(percent)}%"

    def look(self, name: str) -> SafeString:
        return SafeString(f'class="{name}"')

    def rect(
        self, look: str, *, x: float, width: float, y: float, height: float, rx: float = 0
    ) -> SafeString:
        round_off = f' rx="{num(rx)}"' if rx else ""
        place = f'x="{self.x(x)}" y="{num(y)}" width="{self.x(width)}" height="{num(height)}"'
        return SafeString(f"<rect {self.look(look)} {place}{round_off}/>")

    def bar(self, look: str, *, x: float, width: float, y: float, height: float) -> SafeString:
        """A part of a column, hatched if every second one is."""
        plain = self.rect(look, x=x, width=width, y=y, height=height, rx=1.5)
        if look not in HATCHED:
            return plain
        place = f'x="{self.x(x)}" y="{num(y)}" width="{self.x(width)}" height="{num(height)}"'
        return plain + SafeString(f'<rect fill="url(#{self.key}-{HATCHED[look]})" {place}/>')

    def hatches(self) -> SafeString:
        """What `bar` names; once for each chart."""
        ways = {"up": "M-1 7 7-1M-1 1 1-1M5 7 7 5", "down": "M-1-1 7 7M5-1 7 1M-1 5 1 7"}
        return format_html_join(
            "",
            '<pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<path fill="none" {} d="{}"/></pattern>',
            ((self.key, name, self.hatch, path) for name, path in ways.items()),
        )

    hatch: SafeString = SafeString('class="hatch"')

    def line(self, look: str, start: Place, end: Place) -> SafeString:
        place = f'x1="{self.x(start[0])}" x2="{self.x(end[0])}" y1="{num(start[1])}" y2="{num(end[1])}"'
        return SafeString(f"<line {self.look(look)} {place}/>")

    def circle(self, look: str, at: Place, r: float, said: str = "") -> SafeString:
        head = f'<circle {self.look(look)} cx="{self.x(at[0])}" cy="{num(at[1])}" r="{num(r)}"'
        return SafeString(f"{head}><title>{escaped(said)}</title></circle>" if said else f"{head}/>")

    def text(self, look: str, at: Place, words: str, anchor: str = "start", dx: float = 0) -> SafeString:
        shift = f' dx="{num(dx)}"' if dx else ""
        head = f'<text {self.look(look)} x="{self.x(at[0])}" y="{num(at[1])}"{shift} text-anchor="{anchor}">'
        return SafeString(f"{head}{escaped(words)}</text>")

    def path(self, look: str, places: Sequence[Place], height: float, *, steps: bool = False) -> SafeString:
        """Through all places; `steps` goes sideways before it goes up. The stroke keeps its width on any page."""
        return format_html(
            '<svg viewBox="0 0 1000 {}" preserveAspectRatio="none" width="100%" height="{}"><path {} d="{}"/></svg>',
            *(
                num(height),
                num(height),
                self.look(look),
                self.way([(x * 10, y) for x, y in places], steps=steps),
            ),
        )

    @staticmethod
    def way(places: Iterable[Place], *, steps: bool) -> str:
        (x, y), *others = places
        parts = [f"H{num(a)}V{num(b)}" if steps else f"L{num(a)} {num(b)}" for a, b in others]
        return f"M{num(x)} {num(y)}" + "".join(parts)

    def group(self, look: str, said: str, marks: SafeString) -> SafeString:
        """Marks that belong together, and what pointing at them says."""
        return SafeString(f'<g class="{look}"><title>{escaped(said)}</title>{escaped(marks)}</g>')

    def at(self, place: Place, marks: SafeString, said: str = "") -> SafeString:
        """Marks around a place of their own, and what pointing at them says."""
        title = format_html("<title>{}</title>", said) if said else ""
        return format_html(
            '<svg class="free" x="{}" y="{}">{}{}</svg>', self.x(place[0]), num(place[1]), title, marks
        )


class File(Canvas):
    """A file of a fixed width, in the light colours."""

    is_file: ClassVar[bool] = True
    hatch = SafeString(f'stroke="{PAPER}" stroke-width="1" stroke-opacity="0.55"')

    def __init__(self, key: str, width: float) -> None:
        super().__init__(key)
        self.width = width

    def x(self, percent: float) -> str:
        return num(percent * self.width / 100)

    def look(self, name: str) -> SafeString:
        """Raises KeyError for a look that files do not know: every mark of a page is in the file too."""
        return SafeString(LOOKS[name])

    def path(self, look: str, places: Sequence[Place], height: float, *, steps: bool = False) -> SafeString:
        across = self.width / 100
        way = self.way([(x * across, y) for x, y in places], steps=steps)
        return format_html('<path {} d="{}"/>', self.look(look), way)

    def at(self, place: Place, marks: SafeString, said: str = "") -> SafeString:
        return format_html('<g transform="translate({} {})">{}</g>', self.x(place[0]), num(place[1]), marks)

    def group(self, look: str, said: str, marks: SafeString) -> SafeString:
        return format_html("<g><title>{}</title>{}</g>", said, marks)
