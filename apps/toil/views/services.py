"""What services cost their teams, one by one and together."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone

from apps.core.csvfile import Column
from apps.core.filters import ResourceFilter
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.services.filters import ServiceFilter
from apps.services.models import Service
from apps.toil.figures import SUMMED_WEEKS
from apps.toil.periods import Period, last_weeks
from apps.toil.products import ServiceToil, product, toil_of_services
from apps.toil.views.teams import exact_pct


class Costs:
    """Of all services, looked up once when a file asks for the first."""

    def __init__(self, rows: QuerySet[Service], period: Period) -> None:
        self.rows, self.period = rows, period

    @cached_property
    def found(self) -> dict[int, ServiceToil]:
        return toil_of_services(self.rows, self.period)

    @property
    def columns(self) -> list[Column]:
        return [
            ("service", lambda row: row.slug),
            ("team", lambda row: row.owner_team.slug),
            ("toil_seconds", lambda row: self.found[row.pk].seconds),
            ("capacity_minutes", lambda row: float(self.found[row.pk].capacity_minutes)),
            ("toil_pct", lambda row: exact_pct(self.found[row.pk].share)),
            ("others_seconds", lambda row: self.found[row.pk].others),
        ]


def service_toil(request: SignedInRequest) -> HttpResponseBase:
    period = last_weeks(timezone.localdate(), SUMMED_WEEKS)
    rows = Service.objects.visible_to(request.user).with_team()

    def extra(found: QuerySet[Service], page: Page[Service], _filter: ResourceFilter) -> dict[str, Any]:
        costs = toil_of_services(found, period)
        for row in page.object_list:
            row.toil = costs[row.pk]  # type: ignore[attr-defined]
        together = product(costs.values())
        others = sum(cost.others for cost in costs.values())
        return {
            "noun": "service",
            "weeks": SUMMED_WEEKS,
            "together": together,
            "others": others,
            "default_sort": "name",
        }

    template, table = "toil/services.html", "toil/_services_table.html"
    columns = Costs(rows, period).columns
    return list_page(request, rows, ServiceFilter, template, table=table, csv=columns, extra=extra)
