"""The survey of a quarter: one form to answer, and what a team said beside what it logged."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.toil import policies
from apps.toil.models import ToilSource
from apps.toil.operations import answer_all, count_tickets
from apps.toil.operations.surveys import KEPT_BY, NOT_YOURS
from apps.toil.percent import Share
from apps.toil.periods import quarter_name, quarters_until
from apps.toil.surveys.forms import SurveyForm, TicketsForm
from apps.toil.surveys.reading import TeamSurvey, asked_of, never_shown, surveys_of
from apps.toil.surveys.rules import next_opening, season_of
from apps.toil.views.checkins import find_team
from apps.toil.views.sources import find as find_source

COUNTED_QUARTERS = 8


def survey(request: SignedInRequest) -> HttpResponse:
    """Open or not, everybody may look; only who is asked answers."""
    now, person = timezone.now(), request.user
    asked = asked_of(person, now) if person.may_write else []
    if request.method == "POST":
        require(person.may_write, NOT_YOURS)
    form = SurveyForm(request.POST if request.method == "POST" else None, asked=asked)
    today = now.astimezone(person.zone).date()

    def act(_data: dict[str, Any]) -> User:
        if asked:
            answer_all(person, form.said(), by=person, now=now)
            messages.success(
                request, "Thank you. Your answers are shown to nobody, only sums of four at least."
            )
        else:
            messages.info(request, "No survey is open for you, so nothing was saved.")
        return person

    small = never_shown([each.team for each in asked], asked[0].season) if asked else []
    extra = {"asked": asked, "opens_on": next_opening(today), "never_shown": small}
    return form_page(request, form, "toil/survey.html", act, to=lambda _: reverse("toil:survey"), extra=extra)


def _exact(share: Share) -> float | None:
    return None if share.exact is None else round(float(share.exact), 2)


def _of_result(name: str) -> Any:
    def read(row: TeamSurvey) -> float | int | None:
        value = getattr(row.result, name) if row.result else None
        return value if value is None or isinstance(value, int) else round(float(value), 2)

    return read


COLUMNS: list[Column] = [
    ("quarter", lambda row: row.name),
    ("weeks_from", lambda row: row.season.about.start),
    ("weeks_to", lambda row: row.season.about.last),
    ("answers", _of_result("n")),
    ("survey_mean_pct", _of_result("mean")),
    ("survey_median_pct", _of_result("median")),
    ("survey_lowest_pct", _of_result("lowest")),
    ("survey_highest_pct", _of_result("highest")),
    ("log_pct", lambda row: _exact(row.logged)),
    ("log_by_survey", lambda row: None if row.ratio is None else round(float(row.ratio), 2)),
    ("reading", lambda row: row.reading.value if row.reading else None),
    ("ticket_estimate_hours", lambda row: round(float(row.estimate / 3600), 1) if row.tickets else None),
]


def team_survey(request: SignedInRequest, slug: str) -> HttpResponseBase:
    team, today = find_team(request, slug), timezone.localdate()
    rows = surveys_of(team, today)
    if request.GET.get("format") == "csv":
        return csv_response(f"toil-survey-{team.slug}", COLUMNS, rows)
    season = season_of(today)
    context = {
        "team": team,
        "surveys": rows,
        "is_small": bool(never_shown([team], season)),
        "open_until": season.quarter.last if season.is_open_on(today) else None,
        "opens_on": next_opening(today),
    }
    return render(request, "toil/team_survey.html", context)


def source_tickets(request: SignedInRequest, slug: str) -> HttpResponse:
    source = find_source(request, slug)
    require(policies.can_keep_sources(request.user, source.team), KEPT_BY)
    quarters = {
        quarter_name(each.start): each.start for each in reversed(quarters_until(_today(), COUNTED_QUARTERS))
    }
    form = TicketsForm(request.POST if request.method == "POST" else None, quarters=list(quarters))

    def act(data: dict[str, Any]) -> ToilSource:
        count_tickets(source, day=quarters[data["quarter"]], count=data["count"], by=request.user)
        return source

    extra = {"source": source, "counts": source.ticket_counts.all()[:COUNTED_QUARTERS]}
    return form_page(request, form, "toil/source_tickets.html", act, extra=extra)


def _today() -> date:
    return timezone.localdate()
