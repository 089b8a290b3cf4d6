"""The small ones, that stand in a line of text or a table: a meter, a sparkline, shares on their intervals."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.charts.numbers import Number, num


def meter(
    share: Number | None,
    *,
    label: str,
    cap: Number | None = None,
    size: str = "",
    tone: str = "",
    upto: Number | None = None,
) -> SafeString:
    """One share of a whole in percent, with its cap as the load line; `upto` is how far it may reach. `size` is thin
    or thick."""
    tall = {"thin": 5, "thick": 14}.get(size, 8)
    width = _within(share)
    classes = " ".join(filter(None, ["meter", size, tone]))
    return format_html(
        '<svg class="{}" role="img" aria-label="{}"><rect class="track" width="100%" height="{}" rx="{}"/>{}'
        '<rect class="fill" width="{}%" height="{}" rx="{}"/>{}</svg>',
        classes,
        label,
        tall,
        num(tall / 2),
        _meter_reach(upto, tall),
        num(width),
        tall,
        num(min(4, tall / 2)),
        _meter_cap(cap, tall, with_ring=size == "thick"),
    )


def _within(share: Number | None) -> float:
    return min(100.0, max(0.0, float(share or 0)))


def _meter_reach(upto: Number | None, tall: int) -> SafeString:
    if upto is None:
        return SafeString("")
    width, radius = num(_within(upto)), num(min(4, tall / 2))
    return format_html('<rect class="reach" width="{}%" height="{}" rx="{}"/>', width, tall, radius)


def _meter_cap(cap: Number | None, tall: int, *, with_ring: bool) -> SafeString:
    if cap is None:
        return SafeString("")
    over = 6 if with_ring else 3
    x = f"{num(float(cap))}%"
    line = format_html('<line class="cap" x1="{}" x2="{}" y1="-{}" y2="{}"/>', x, x, over, tall + over)
    ring = format_html('<circle class="mark" cx="{}" cy="{}" r="4"/>', x, num(tall / 2)) if with_ring else ""
    return format_html("{}{}", line, ring)


def sparkline(
    values: Iterable[Number | None],
    *,
    label: str,
    cap: Number | None = None,
    width: int = 120,
    height: int = 28,
) -> SafeString:
    """A small line without axes; the sentence in `label` says what it shows. Missing values leave a gap."""
    points = list(values)
    known = [float(value) for value in points if value is not None]
    top = max([*known, float(cap or 0), 1.0])
    step = width / max(1, len(points) - 1)
    places = [
        None if v is None else (i * step, height - float(v) / top * (height - 4) - 2)
        for i, v in enumerate(points)
    ]
    return format_html(
        '<svg class="spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-label="{label}">{load_line}<path class="line" d="{path}"/>{last}</svg>',
        width=width,
        height=height,
        label=label,
        load_line=_spark_cap(cap, top, width, height),
        path=_path(places),
        last=_last_point(places),
    )


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    words = []
    pen = "M"
    for place in places:
        if place is None:
            pen = "M"
            continue
        words.append(f"{pen}{num(place[0])} {num(place[1])}")
        pen = "L"
    return " ".join(words)


def _spark_cap(cap: Number | None, top: float, width: int, height: int) -> SafeString:
    if cap is None:
        return SafeString("")
    y = num(height - float(cap) / top * (height - 4) - 2)
    return format_html('<line class="load" x1="0" x2="{}" y1="{}" y2="{}"/>', width, y, y)


def _last_point(places: Sequence[tuple[float, float] | None]) -> SafeString:
    last = places[-1] if places else None
    if last is None:
        return SafeString("")
    return format_html('<circle class="pt" cx="{}" cy="{}" r="3"/>', num(last[0]), num(last[1]))


def share_line(
    rows: Sequence[tuple[str, float | None, tuple[float | None, float | None] | None]], *, label: str
) -> SafeString:
    """Shares from 0 to 1, one below the other, each a dot on the bar of its interval. The first one is the answer."""
    drawn = [
        (index, 9 + index * 16, share, ends or (share, share))
        for index, (_, share, ends) in enumerate(rows)
        if share is not None
    ]
    marks = format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="4" rx="2"/><circle class="{}" cx="{}%" cy="{}" r="4"/>',
        (
            (
                "band" if index else "band strong",
                num(100 * float(low or 0)),
                num(100 * max(0.005, float(high or 0) - float(low or 0))),
                y - 2,
                "before" if index else "now",
                num(100 * share),
                y,
            )
            for index, y, share, (low, high) in drawn
        ),
    )
    height = 2 + 16 * len(rows)
    return format_html(
        '<div class="chart no-y"><svg class="share-line" height="{}" role="img" aria-label="{}">{}{}</svg>'
        '<div class="chart-x ends" aria-hidden="true"><span>0%</span><span>50%</span><span>100%</span></div></div>',
        height,
        label,
        format_html_join(
            "",
            '<line class="grid" x1="{}%" x2="{}%" y1="0" y2="{}"/>',
            ((at, at, height) for at in (0, 50, 100)),
        ),
        marks,
    )
