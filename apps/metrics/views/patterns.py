"""The page of patterns. With `?format=csv&panel=triggers` the rows of one of its tables."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase

from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import report_page, show_refusal
from apps.core.problems import refuse
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.patterns.asking import PatternsForm, found_patterns
from apps.metrics.patterns.report import Patterns

SHARES: list[Column] = [
    ("name", lambda row: row.name),
    ("postmortems", lambda row: row.part),
    ("of", lambda row: row.n),
    ("low", lambda row: row.interval.low),
    ("high", lambda row: row.interval.high),
    ("google", lambda row: row.elsewhere),
    ("verdict", lambda row: row.verdict),
]
RETURNING: list[Column] = [
    ("factor", lambda row: row.factor),
    ("place", lambda row: row.place.kind),
    ("name", lambda row: row.place.slug),
    ("quarters", lambda row: " ".join(row.quarters)),
    ("postmortems", lambda row: row.count),
]


def patterns_page(request: SignedInRequest) -> HttpResponseBase:
    form = PatternsForm(request.GET, user=request.user)
    try:
        found = found_patterns(form, request) if form.is_valid() else None
    except ValidationError as refusal:
        show_refusal(form, refusal)
        found = None
    except NoAnswer:
        return refuse(request, 503, "The intervals could not be computed just now. Try again in a minute.")
    panel = request.GET.get("panel", "")
    if (
        found
        and request.GET.get("format") == "csv"
        and panel in {"triggers", "factors", "quarters", "returning"}
    ):
        return csv_response(f"patterns-{panel}", _columns(found, panel), _rows(found, panel))
    context: dict[str, Any] = {"form": form, "found": found}
    return report_page(request, "metrics/patterns.html", context, results="metrics/_patterns.html")


def _columns(found: Patterns, panel: str) -> list[Column]:
    if panel != "quarters":
        return RETURNING if panel == "returning" else SHARES
    names = [quarter for quarter, _ in found.quarters]
    counts = [(name, _count(at)) for at, name in enumerate(names)]
    return [("group", lambda row: row.group), ("name", lambda row: row.name), *counts]


def _count(at: int) -> Any:
    return lambda row: row.cells[at].count


def _rows(found: Patterns, panel: str) -> Any:
    return {
        "triggers": found.triggers,
        "factors": found.factors,
        "quarters": found.lines,
        "returning": found.returning,
    }[panel]
