"""What is behind a panel as a file: its rows as CSV, one of its charts as SVG."""

from collections.abc import Iterable

from django.http import HttpResponseBase

from apps.core.charts import svg_response
from apps.core.csvfile import csv_response
from apps.core.http import SignedInRequest
from apps.metrics.figures import Panel

FORMATS = ("csv", "svg")


def panel_file(request: SignedInRequest, panels: Iterable[Panel], page: str) -> HttpResponseBase | None:
    """`?format=csv&panel=flow`, or `?format=svg&panel=flow&chart=open`; None when no such file is asked for."""
    name, kind = request.GET.get("panel", ""), request.GET.get("format", "")
    panel = next((one for one in panels if one.name == name), None)
    if panel is None or kind not in FORMATS:
        return None
    if kind == "csv":
        return csv_response(f"{page}-{name}", panel.columns, panel.rows)
    wanted = request.GET.get("chart", "")
    chart = panel.chart(wanted)
    return svg_response(f"{page}-{name}-{wanted}", chart) if chart else None
