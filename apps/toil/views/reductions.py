"""Less of it: plans ranked by what they bring, and what came of those that are done."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.core.versions import seen_version
from apps.toil import policies
from apps.toil.filters import ReductionFilter
from apps.toil.ledger.keeping import ledger_from
from apps.toil.models import Reduction
from apps.toil.models.reduction import ReductionQuerySet
from apps.toil.operations import add_reduction, edit_reduction, remove_reduction
from apps.toil.reductions.forms import ReductionForm
from apps.toil.reductions.weighing import Result, results_of
from apps.toil.views.sources import NOT_YOURS
from apps.toil.views.sources import find as find_source


class Results:
    """What came of all that is done, looked up once when a file asks for it."""

    def __init__(self, rows: ReductionQuerySet) -> None:
        self.rows = rows

    @cached_property
    def found(self) -> dict[int, Result]:
        return results_of(list(self.rows.done()), timezone.localdate())

    def effect(self, row: Reduction) -> str | None:
        result = self.found.get(row.pk)
        return result.effect.value if result and result.effect else None

    def saved(self, row: Reduction) -> float | None:
        result = self.found.get(row.pk)
        return round(float(result.saved), 1) if result and result.after.minutes else None

    @property
    def columns(self) -> list[Any]:
        return [
            ("source", lambda row: row.source.slug),
            ("team", lambda row: row.source.team.slug),
            ("strategy", lambda row: row.strategy),
            ("action_item", lambda row: row.carrier.key if row.carrier else None),
            ("given_up", lambda row: row.is_given_up),
            ("expected_pct", lambda row: row.expected_pct),
            ("build_minutes", lambda row: row.build_minutes),
            ("minutes_a_week_before", lambda row: round(row.weekly_seconds / 60, 1)),
            ("planned_minutes_a_week", lambda row: round(float(row.payback.net_weekly), 1)),
            ("payback_weeks", lambda row: _rounded(row.payback.weeks)),
            ("net_hours_in_a_year", lambda row: round(row.planned_net / 60, 1)),
            ("saved_minutes_a_week", self.saved),
            ("effect", self.effect),
        ]


def _rounded(weeks: Any) -> float | None:
    return None if weeks is None else round(float(weeks), 1)


def rows_of(request: SignedInRequest) -> ReductionQuerySet:
    return Reduction.objects.visible_to(request.user).with_names()


def reduction_list(request: SignedInRequest) -> HttpResponseBase:
    rows, today = rows_of(request), timezone.localdate()

    def extra(_found: Any, page: Page[Reduction], _filter: Any) -> dict[str, Any]:
        """The strip is about all that is done; what is on this page is among it."""
        if request.htmx and not request.htmx.history_restore_request:
            return {"noun": "plan", "results": results_of(list(page.object_list), today)}
        done = list(rows.done())
        results = results_of(done, today)
        return {"noun": "plan", "results": results, "saved": ledger_from(done, results, today)}

    template, table = "toil/reductions.html", "toil/_reductions_table.html"
    csv = Results(rows).columns
    return list_page(request, rows, ReductionFilter, template, table=table, csv=csv, extra=extra)


def reduction_new(request: SignedInRequest, slug: str) -> HttpResponse:
    source = find_source(request, slug)
    require(policies.can_keep_sources(request.user, source.team), NOT_YOURS)
    form = ReductionForm(request.POST or None, user=request.user)

    def act(data: dict[str, Any]) -> Reduction:
        return add_reduction(source, by=request.user, now=timezone.now(), **ReductionForm.keywords(data))

    return form_page(request, form, "toil/reduction_form.html", act, extra={"source": source})


def reduction_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = find(request, uuid)
    form = ReductionForm(request.POST or None, user=request.user, reduction=row)

    def act(data: dict[str, Any]) -> Reduction:
        changes, seen = ReductionForm.keywords(data), data["version"]
        return edit_reduction(row, changes=changes, seen=seen, by=request.user, now=timezone.now())

    extra = {"source": row.source, "reduction": row}
    return form_page(request, form, "toil/reduction_form.html", act, extra=extra)


@require_POST
def reduction_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = find(request, uuid)
    return press(
        request,
        lambda: remove_reduction(row, seen=seen_version(request), by=request.user),
        said="The plan is removed. Its action item, if it had one, stays.",
        to=row.source,
        stale="Somebody changed this plan since you opened it. Look at it again first.",
    )


def find(request: SignedInRequest, uuid: UUID) -> Reduction:
    row = get_object_or_404(rows_of(request), uuid=uuid)
    require(policies.can_keep_sources(request.user, row.source.team), NOT_YOURS)
    return row
