"""The page of commitments. With `?format=csv&panel=flow` the rows behind a chart, and with
`?format=svg&panel=flow&chart=open` the chart."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import report_page
from apps.core.problems import refuse
from apps.metrics.commitments.asking import CommitmentsForm
from apps.metrics.commitments.report import Commitments, commitments
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.views.files import panel_file


def commitments_page(request: SignedInRequest) -> HttpResponseBase:
    form = CommitmentsForm(request.GET, user=request.user, now=timezone.now())
    try:
        found = commitments(form.scope()) if form.is_valid() else None
    except NoAnswer:
        return refuse(request, 503, "The intervals could not be computed just now. Try again in a minute.")
    file = panel_file(request, found.panels, "commitments") if found else None
    return file or _page(request, form, found)


def _page(request: SignedInRequest, form: CommitmentsForm, found: Commitments | None) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "report": found}
    return report_page(request, "metrics/commitments.html", context, results="metrics/_commitments.html")
