"""Charts drawn on the server as SVG: geometry in attributes, no style, no script, the numbers always at hand.

Widths are percentages and heights are pixels, so that the text keeps its size. A cap is drawn one way
everywhere: the load line, dark, with a small ring at its end.
"""

from apps.core.charts.bars import Bar, legend, stacked_bars
from apps.core.charts.small import Row, hbars, meter, sparkline

__all__ = ["Bar", "Row", "hbars", "legend", "meter", "sparkline", "stacked_bars"]
