"""Charts drawn on the server as SVG: geometry in attributes, no style, no script, the numbers always at hand.

Widths are percentages and heights are pixels, so that the text keeps its size. A cap is drawn one way
everywhere: the load line, dark, with a small ring at its end.
"""

from apps.core.charts.bars import Bar, legend, stacked_bars
from apps.core.charts.dots import Dot, LogScale, spread
from apps.core.charts.phases import Phase, PhaseRow, phase_table
from apps.core.charts.small import Row, hbars, meter, share_line, sparkline
from apps.core.charts.whiskers import Point, whiskers

__all__ = [
    "Bar",
    "Dot",
    "LogScale",
    "Phase",
    "PhaseRow",
    "Point",
    "Row",
    "hbars",
    "legend",
    "meter",
    "phase_table",
    "share_line",
    "sparkline",
    "spread",
    "stacked_bars",
    "whiskers",
]
