"""Planned against measured hours saved. With `?format=csv` a line for each plan and quarter, with `?format=svg` the
picture."""

from typing import Any, NamedTuple

from django.http import HttpResponseBase
from django.utils import timezone

from apps.core.charts import svg_response
from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import report_page
from apps.core.templatetags.times import half_up
from apps.toil.filters import ReductionFilter
from apps.toil.ledger.keeping import Account, Ledger, Sums, ledger_of
from apps.toil.ledger.pictures import finding, picture
from apps.toil.views.reductions import rows_of


class Entry(NamedTuple):
    """One plan in one quarter."""

    quarter: str
    account: Account
    sums: Sums


COLUMNS: list[Column] = [
    ("quarter", lambda row: row.quarter),
    ("source", lambda row: row.account.plan.source.slug),
    ("team", lambda row: row.account.plan.source.team.slug),
    ("strategy", lambda row: row.account.plan.strategy),
    ("action_item", lambda row: row.account.plan.carrier.key),
    ("effect", lambda row: row.account.result.effect.value),
    ("weeks", lambda row: row.sums.weeks),
    ("weeks_too_little_confirmed", lambda row: row.sums.unknown),
    ("planned_hours", lambda row: half_up(row.sums.planned / 60, 2)),
    ("measured_hours", lambda row: half_up(row.sums.measured / 60, 2)),
]


def ledger_page(request: SignedInRequest) -> HttpResponseBase:
    filterset = ReductionFilter(request.GET, queryset=rows_of(request), request=request)
    found = ledger_of(list(filterset.qs), timezone.localdate())
    return _file(found, request.GET.get("format", "")) or _page(request, filterset, found)


def _file(found: Ledger, kind: str) -> HttpResponseBase | None:
    if kind == "csv":
        entries = (
            Entry(quarter, row, sums)
            for quarter in found.quarters
            for row in found.accounts
            if (sums := row.quarters.get(quarter))
        )
        return csv_response("toil-saved", COLUMNS, entries)
    return svg_response("toil-saved", picture(found)) if kind == "svg" else None


def _page(request: SignedInRequest, filterset: Any, found: Ledger) -> HttpResponseBase:
    context = {
        "form": filterset.form,
        "chips": [filterset.form[name] for name in ("team", "source", "strategy")],
        "ledger": found,
        "finding": finding(found),
        "chart": picture(found) if found.quarters else None,
    }
    return report_page(request, "toil/ledger.html", context, results="toil/_ledger.html")
