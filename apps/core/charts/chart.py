"""One chart: its marks in a frame, with title, finding, axes, legend and the same numbers as a table; on a page, or as
an SVG file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from apps.core.charts.canvas import FAINT, INK, PAPER, Canvas, File
from apps.core.charts.legend import legend
from apps.core.charts.numbers import num
from apps.core.charts.scale import grid_steps
from apps.core.charts.tables import as_table

WIDTH, MARGIN, AXIS = 760, 24, 44  # pixels of a file
LINE_LENGTH = 104  # letters of a finding
LETTER = 6.6  # pixels of a letter of a legend, about


@dataclass(frozen=True, slots=True)
class Label:
    """One place on the axis: its words (may be none), whether they are strong, and left out on a phone."""

    text: str
    is_strong: bool = False
    is_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`finding` says in a sentence what the picture shows; it is read aloud, and stands in the file. `top` is the end
    of the scale, None for a chart that has none. `table` has the head of each column and the rows."""

    title: str
    finding: str
    height: int
    draw: Callable[[Canvas], SafeString]
    table: tuple[Sequence[str], Sequence[Sequence[object]]]
    top: int | None = None
    unit: str = ""
    labels: Sequence[Label] = ()
    legend: Sequence[tuple[str, str]] = ()
    note: str = ""
    total_last: bool = False

    @property
    def key(self) -> str:
        return f"chart-{slugify(self.title) or 'untitled'}"

    def __html__(self) -> SafeString:
        return self.on_page()

    def __str__(self) -> str:
        return self.on_page()

    def on_page(self, address: str = "", *, is_titled: bool = False) -> SafeString:
        """`address` is where its file is; `is_titled` where no heading beside it says what it is."""
        return format_html(
            '<figure class="stack stack-4">{caption}{legend}<div class="chart{no_y}">{y_axis}'
            '<svg height="{height}" role="img" aria-labelledby="{key}-t {key}-d">'
            '<title id="{key}-t">{title}</title><desc id="{key}-d">{finding}</desc>{marks}</svg>{x_axis}</div>'
            '{note}<div class="row wrap top">{table}{link}</div></figure>',
            caption=format_html('<figcaption class="stat-label">{}</figcaption>', self.title)
            if is_titled
            else "",
            legend=self._legend(),
            no_y="" if self.top else " no-y",
            y_axis=self._y_axis(),
            height=self.height,
            key=self.key,
            title=self.title,
            finding=self.finding,
            marks=self.draw_on_page(),
            x_axis=self._x_axis(),
            note=format_html('<p class="small text-2">{}</p>', self.note) if self.note else "",
            table=as_table(self.title, *self.table, total_last=self.total_last),
            link=self._link(address),
        )

    def draw_on_page(self) -> SafeString:
        """The marks alone."""
        return self._marks(Canvas(self.key))

    def _marks(self, canvas: Canvas) -> SafeString:
        marks = self.draw(canvas)
        return format_html("<defs>{}</defs>{}", canvas.hatches(), marks) if "url(#" in marks else marks

    def _legend(self) -> SafeString:
        return legend(self.legend, key=self.key) if len(self.legend) > 1 else SafeString("")

    def _y_axis(self) -> SafeString:
        if not self.top:
            return SafeString("")
        spans = format_html_join("", "<span>{}</span>", ((words,) for words in self._y_words()))
        return format_html('<div class="chart-y" aria-hidden="true">{}</div>', spans)

    def _y_words(self) -> list[str]:
        """From the top down."""
        steps = grid_steps(self.top or 1)
        return [f"{step:,}{self.unit}" if step else "0" for step in reversed(steps)]

    def _x_axis(self) -> SafeString:
        if not self.labels:
            return SafeString("")
        spans = format_html_join(
            "",
            "<span{}>{}</span>",
            (
                (
                    SafeString(' class="opt"' if label.is_extra else ""),
                    format_html("<b>{}</b>", label.text) if label.is_strong else label.text,
                )
                for label in self.labels
            ),
        )
        return format_html('<div class="chart-x" aria-hidden="true">{}</div>', spans)

    def _link(self, address: str) -> SafeString:
        if not address:
            return SafeString("")
        return format_html(
            '<a class="link small push no-print" href="{}" download>SVG<span class="sr-only"> of {}</span></a>',
            address,
            self.title,
        )

    def as_file(self) -> str:
        """Title, finding and legend above the marks, all of it in one file that reads on white."""
        left = AXIS if self.top else 0
        canvas = File(self.key, WIDTH - 2 * MARGIN - left)
        head, down = self._file_head()
        whole = down + self.height + (32 if self.labels else 16) + MARGIN
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{whole}" viewBox="0 0 {width} {whole}" '
            'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif" role="img" '
            'aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{finding}</desc>'
            '<rect width="{width}" height="{whole}" fill="{paper}"/>{head}'
            '<g transform="translate({left} {down})">{marks}{x_axis}</g>'
            '<g transform="translate({margin} {down})">{y_axis}</g></svg>\n',
            width=WIDTH,
            whole=whole,
            title=self.title,
            finding=self.finding,
            paper=PAPER,
            head=head,
            left=MARGIN + left,
            margin=MARGIN,
            down=down,
            marks=self._marks(canvas),
            x_axis=self._file_x(canvas),
            y_axis=self._file_y(),
        )

    def _file_head(self) -> tuple[SafeString, int]:
        """And how far down the marks begin."""
        y = MARGIN + 14
        parts = [(y, 16, 600, INK, self.title)]
        for words in wrap(self.finding, LINE_LENGTH):
            y += 20
            parts.append((y, 13, 400, FAINT, words))
        text = format_html_join(
            "",
            f'<text x="{MARGIN}" y="{{}}" font-size="{{}}" font-weight="{{}}" fill="{{}}">{{}}</text>',
            parts,
        )
        if len(self.legend) < 2:
            return text, y + 24
        legend, y = self._file_legend(y + 26)
        return text + legend, y + 24

    def _file_legend(self, y: int) -> tuple[SafeString, int]:
        canvas, x, drawn = File(self.key, 100), float(MARGIN), []
        for look, name in self.legend:
            wide = 32 + len(name) * LETTER
            if x + wide > WIDTH - MARGIN:
                x, y = float(MARGIN), y + 20
            mark = canvas.bar(look, x=x, width=12, y=y - 10, height=12)
            drawn.append((mark, num(x + 18), y, FAINT, name))
            x += wide
        return format_html_join("", '{}<text x="{}" y="{}" font-size="13" fill="{}">{}</text>', drawn), y

    def _file_x(self, canvas: File) -> SafeString:
        slot = 100 / max(1, len(self.labels))
        return format_html_join(
            "",
            "{}",
            (
                (
                    canvas.text(
                        "strong" if label.is_strong else "tick",
                        (slot * (place + 0.5), self.height + 18),
                        label.text,
                        "middle",
                    ),
                )
                for place, label in enumerate(self.labels)
                if label.text
            ),
        )

    def _file_y(self) -> SafeString:
        words = self._y_words() if self.top else []
        gap = self.height / max(1, len(words) - 1)
        canvas = File(self.key, 100)
        return format_html_join(
            "",
            "{}",
            (
                (canvas.text("tick", (AXIS - 8, gap * place + 4), text, "end"),)
                for place, text in enumerate(words)
            ),
        )


def svg_response(name: str, chart: Chart) -> HttpResponse:
    """A file to keep. Opened by its address it is still only a picture: it may load and run nothing."""
    response = HttpResponse(chart.as_file(), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
