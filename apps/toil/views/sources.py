"""The catalogue of what toil comes from."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.core.charts import svg_response
from apps.core.csvfile import csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.toil import policies
from apps.toil.drivers.measuring import measured_growth
from apps.toil.filters import ToilSourceFilter
from apps.toil.models import Reduction, ToilSource
from apps.toil.models.source import ToilSourceQuerySet
from apps.toil.operations import add_source, edit_source
from apps.toil.periods import last_weeks
from apps.toil.pictures import SOURCE_WEEKS, columns_of, source_bars, source_chart
from apps.toil.reductions.weighing import results_of
from apps.toil.sources.checks import QUESTIONS
from apps.toil.sources.forms import SourceForm

COLUMNS = [
    ("source", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("team", lambda row: row.team.slug),
    ("service", lambda row: row.service.slug if row.service else None),
    ("category", lambda row: row.category),
    ("trigger", lambda row: row.trigger),
    *((name, lambda row, name=name: getattr(row, name)) for name in QUESTIONS),
    ("is_repetitive", lambda row: row.is_repetitive),
    ("score", lambda row: row.score),
    ("verdict", lambda row: row.verdict.value),
    ("entries_90_days", lambda row: row.recent_entries),
    ("minutes_90_days", lambda row: round(row.recent_seconds / 60, 2)),
    ("status", lambda row: row.status),
]
NOT_YOURS = "Members of the team and admins keep its sources."


def rows_of(request: SignedInRequest) -> ToilSourceQuerySet:
    return ToilSource.objects.visible_to(request.user).with_names().with_counts(timezone.localdate())


def source_list(request: SignedInRequest) -> HttpResponseBase:
    extra = {"noun": "source", "can_add": policies.can_keep_some_source(request.user)}
    page, table = "toil/sources.html", "toil/_sources_table.html"
    return list_page(request, rows_of(request), ToilSourceFilter, page, table=table, csv=COLUMNS, extra=extra)


def source_detail(request: SignedInRequest, slug: str) -> HttpResponseBase:
    source, today = find(request, slug), timezone.localdate()
    bars = source_bars(source, last_weeks(today, SOURCE_WEEKS), today)
    wanted = (request.GET.get("format"), request.GET.get("chart"))
    if wanted == ("csv", "weeks"):
        return csv_response(f"toil-source-{slug}", columns_of("week", ["hours"]), bars)
    if wanted == ("svg", "weeks"):
        return svg_response(f"toil-source-{slug}", source_chart(source, bars))
    answers = [(label, hint, getattr(source, name)) for name, (label, hint) in QUESTIONS.items()]
    plans = list(Reduction.objects.visible_to(request.user).filter(source=source).with_names())
    context = {
        "source": source,
        "source_chart": source_chart(source, bars) if any(bar.total for bar in bars) else None,
        "source_weeks": SOURCE_WEEKS,
        "answers": answers,
        "can_edit": policies.can_keep_sources(request.user, source.team),
        "growths": measured_growth(source, today),
        "reductions": plans,
        "results": results_of(plans, today),
    }
    return render(request, "toil/source.html", context)


def source_new(request: SignedInRequest) -> HttpResponse:
    require(
        policies.can_keep_some_source(request.user),
        "A source belongs to a team, and you are in none. Leads of a team and admins add people to it.",
    )
    form = SourceForm(request.POST or None, user=request.user)

    def act(data: dict[str, Any]) -> ToilSource:
        return add_source(**SourceForm.keywords(data), by=request.user)

    return form_page(request, form, "toil/source_form.html", act)


def source_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    source = find(request, slug)
    require(policies.can_keep_sources(request.user, source.team), NOT_YOURS)
    form = SourceForm(request.POST or None, user=request.user, source=source)

    def act(data: dict[str, Any]) -> ToilSource:
        return edit_source(source, changes=SourceForm.keywords(data), seen=data["version"], by=request.user)

    return form_page(request, form, "toil/source_form.html", act, extra={"source": source})


def find(request: SignedInRequest, slug: str) -> ToilSource:
    return get_object_or_404(rows_of(request), slug=slug)
