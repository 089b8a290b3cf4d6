"""Charts drawn on the server as SVG: geometry in attributes, no style, no script, the numbers always at hand.

On a page widths are percentages and heights are pixels, so that the text keeps its size; as a file the same marks stand
in a picture of a fixed width with all its colours. A cap is drawn one way everywhere: the load line, dark, with a small
ring at its end. Neighbouring parts differ in lightness, and every second one is hatched.
"""

from apps.core.charts.chart import Chart, svg_response
from apps.core.charts.columns import Bar, columns, stacked_bars
from apps.core.charts.dots import Dot, LogScale, spread
from apps.core.charts.legend import legend
from apps.core.charts.lines import Point, Small, lines, small_multiples
from apps.core.charts.pareto import Part, how_many_make, pareto
from apps.core.charts.phases import Phase, PhaseRow, phase_table
from apps.core.charts.ranking import Row, hbars, ranked
from apps.core.charts.small import meter, share_line, sparkline
from apps.core.charts.whiskers import whiskers

__all__ = [
    "Bar",
    "Chart",
    "Dot",
    "LogScale",
    "Part",
    "Phase",
    "PhaseRow",
    "Point",
    "Row",
    "Small",
    "columns",
    "hbars",
    "how_many_make",
    "legend",
    "lines",
    "meter",
    "pareto",
    "phase_table",
    "ranked",
    "share_line",
    "small_multiples",
    "sparkline",
    "spread",
    "stacked_bars",
    "svg_response",
    "whiskers",
]
