"""What most of the time goes into. With `?format=csv` its lines, with `?format=svg` its picture."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.utils import timezone

from apps.core.charts import svg_response
from apps.core.csvfile import Column, csv_response
from apps.core.errors import TooMuch
from apps.core.http import SignedInRequest
from apps.core.pages import PAGE_SIZE, report_page
from apps.toil.pareto.asking import TOO_MUCH, ParetoForm
from apps.toil.pareto.pictures import picture
from apps.toil.pareto.report import Pareto, pareto_of


def _pct(share: Any) -> float | None:
    return None if share is None else round(float(100 * share), 2)


COLUMNS: list[Column] = [
    ("name", lambda line: line.name),
    ("key", lambda line: line.key),
    ("minutes", lambda line: round(line.seconds / 60, 2)),
    ("share_pct", lambda line: _pct(line.share)),
    ("cumulative_pct", lambda line: _pct(line.cumulative)),
    ("among_80_pct", lambda line: "yes" if line.is_vital else "no"),
    ("occurrences", lambda line: line.group.occurrences),
    ("median_minutes", lambda line: None if line.group.median is None else round(line.group.median / 60, 2)),
    ("people", lambda line: line.people),
    ("minutes_before", lambda line: round(line.group.before / 60, 2)),
    ("trend_pct", lambda line: _pct(line.trend)),
    ("out_of_hours_pct", lambda line: _pct(line.outside)),
    ("action_items", lambda line: " ".join(item.key for item in line.items)),
]


def pareto_page(request: SignedInRequest) -> HttpResponseBase:
    form = ParetoForm(request.GET, user=request.user, today=timezone.localdate())
    found = _found(form)
    file = _file(found, request.GET.get("format", "")) if found else None
    return file or _page(request, form, found)


def _found(form: ParetoForm) -> Pareto | None:
    try:
        return pareto_of(form.scope()) if form.is_valid() else None
    except TooMuch:
        form.add_error(None, TOO_MUCH)
        return None


def _file(found: Pareto, kind: str) -> HttpResponseBase | None:
    name = f"toil-{found.scope.team.slug if found.scope.team else 'all'}-by-{found.scope.by}"
    if kind == "csv":
        return csv_response(name, COLUMNS, found.lines)
    return svg_response(name, picture(found)) if kind == "svg" else None


def _page(request: SignedInRequest, form: ParetoForm, found: Pareto | None) -> HttpResponseBase:
    context = {"form": form, "found": found, **(_shown(request, found) if found and found.seconds else {})}
    return report_page(request, "toil/pareto.html", context, results="toil/_pareto.html")


def _shown(request: SignedInRequest, found: Pareto) -> dict[str, Any]:
    """All of it in the picture, a page of it in the table."""
    page = Paginator(found.lines, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"chart": picture(found), "page_obj": page}
