"""The one page. It shows what the API answers, and with `?format=csv&panel=durations` the rows behind a chart."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from apps.core.csvfile import csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import show_refusal
from apps.core.problems import refuse
from apps.metrics.forms import MetricsForm
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.report import PANELS, Report, report


def overview(request: SignedInRequest) -> HttpResponseBase:
    now = timezone.now()
    form = MetricsForm(request.GET, user=request.user, now=now)
    panel = request.GET.get("panel", "")
    wants_csv = request.GET.get("format") == "csv" and panel in PANELS
    try:
        found = _report(form, (panel,) if wants_csv else tuple(PANELS))
    except NoAnswer:
        return refuse(request, 503, "The intervals could not be computed just now. Try again in a minute.")
    if wants_csv and found:
        return csv_response(f"metrics-{panel}", found.panels[0].columns, found.panels[0].rows)
    return _page(request, form, found)


def _report(form: MetricsForm, names: tuple[str, ...]) -> Report | None:
    if not form.is_valid():
        return None
    try:
        return report(form.scope(), form.now, names)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return None


def _page(request: SignedInRequest, form: MetricsForm, found: Report | None) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "report": found}
    only_results = request.htmx and not request.htmx.history_restore_request
    template = "metrics/_panels.html" if only_results else "metrics/overview.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
