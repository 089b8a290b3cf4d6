"""A team and its cap: where it stands, why, what the quarter still holds, and what is done about a breach."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.core.charts import Bar, svg_response
from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.toil import policies
from apps.toil.budgets.forms import BudgetPlanForm
from apps.toil.budgets.page import BudgetPage, budget_page_of
from apps.toil.models import BudgetChange, BudgetPlan
from apps.toil.number import Number
from apps.toil.operations import plan_budget
from apps.toil.operations.budget_plans import NOT_YOURS
from apps.toil.views.checkins import find_team


def _floor(name: str) -> Any:
    def read(row: BudgetChange) -> float | None:
        sums: Number | None = row.sums(name)
        exact = sums.floor.exact if sums else None
        return None if exact is None else round(float(exact), 2)

    return read


CHANGE_COLUMNS: list[Column] = [
    ("week", lambda row: row.week),
    ("about", lambda row: row.about),
    ("before", lambda row: row.before),
    ("after", lambda row: row.after),
    ("cap_pct", lambda row: row.cap_pct),
    ("cap_applies_to", lambda row: row.applies_to),
    ("pct_of_1_week", _floor("week")),
    ("pct_of_4_weeks", _floor("short")),
    ("pct_of_13_weeks", _floor("long")),
    ("after_close", lambda row: "yes" if row.is_late else "no"),
    ("made_at", lambda row: row.made_at),
]
QUARTER_COLUMNS: list[Column] = [
    ("week", lambda bar: bar.name),
    ("hours_before", lambda bar: None if bar.parts is None else bar.parts[0]),
    ("hours_in_week", lambda bar: None if bar.parts is None else bar.parts[1]),
    ("hours_used", lambda bar: None if bar.parts is None else bar.total),
]


def team_budget(request: SignedInRequest, slug: str) -> HttpResponseBase:
    page = budget_page_of(find_team(request, slug), timezone.localdate(), request.user)
    return _file(request, page) or render(
        request,
        "toil/budget.html",
        {
            "team": page.team,
            "budget_page": page,
            "can_plan": policies.can_plan_budget(request.user, page.team),
        },
    )


def _file(request: SignedInRequest, page: BudgetPage) -> HttpResponseBase | None:
    wanted = (request.GET.get("format", ""), request.GET.get("chart", ""))
    name = f"toil-budget-{page.team.slug}"
    if wanted == ("csv", ""):
        return csv_response(name, CHANGE_COLUMNS, BudgetChange.objects.of_team(page.team).iterator())
    if wanted == ("svg", "quarter"):
        return svg_response(f"{name}-{page.quarter_name}", page.chart())
    if wanted == ("csv", "quarter"):
        rows: list[Bar] = page.bars
        return csv_response(f"{name}-{page.quarter_name}", QUARTER_COLUMNS, rows)
    return None


def budget_plan(request: SignedInRequest, slug: str) -> HttpResponse:
    page = budget_page_of(find_team(request, slug), timezone.localdate(), request.user)
    require(policies.can_plan_budget(request.user, page.team), NOT_YOURS)
    data = request.POST if request.method == "POST" else None
    form = BudgetPlanForm(
        data, user=request.user, plan=page.plan, items=page.items, initial={"owner": request.user.slug}
    )

    def act(data: dict[str, Any]) -> BudgetPlan:
        seen = data.pop("version")
        return plan_budget(page.team, **data, seen=seen, by=request.user)

    def to(_plan: BudgetPlan) -> str:
        return reverse("toil:budget", args=[slug])

    extra = {"team": page.team, "budget_page": page}
    return form_page(request, form, "toil/budget_plan.html", act, to=to, extra=extra)
