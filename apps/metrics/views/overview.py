"""The one page. It shows what the API answers; with `?format=csv&panel=durations` the rows behind a chart, and with
`?format=svg&panel=durations&chart=ttd` the chart."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import report_page, show_refusal
from apps.core.problems import refuse
from apps.metrics.forms import MetricsForm
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.report import PANELS, Report, report
from apps.metrics.views.files import FORMATS, panel_file


def overview(request: SignedInRequest) -> HttpResponseBase:
    now = timezone.now()
    form = MetricsForm(request.GET, user=request.user, now=now)
    panel = request.GET.get("panel", "")
    wants_file = request.GET.get("format") in FORMATS and panel in PANELS
    try:
        found = _report(form, (panel,) if wants_file else tuple(PANELS))
    except NoAnswer:
        return refuse(request, 503, "The intervals could not be computed just now. Try again in a minute.")
    file = panel_file(request, found.panels, "metrics") if found else None
    return file or _page(request, form, found)


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
    return report_page(request, "metrics/overview.html", context, results="metrics/_panels.html")
