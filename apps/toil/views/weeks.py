"""One week of one team: everything its figures are made of, and what changed after it was closed."""

from datetime import date

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from apps.accounts.models import Team
from apps.core.charts import ranked, svg_response
from apps.core.csvfile import csv_response
from apps.core.http import SignedInRequest
from apps.toil import policies
from apps.toil.closed import weeks_changed_after_close
from apps.toil.figures import judged
from apps.toil.kinds import Category
from apps.toil.models import TeamWeek
from apps.toil.periods import WEEK, week_name, week_of
from apps.toil.pictures import DAY_PARTS, columns_of, day_bars, day_chart
from apps.toil.sources.largest import Sources, top_sources
from apps.toil.team_page import SOURCE_HEADS, ranking, source_rows
from apps.toil.views.checkins import find_team, monday_in
from apps.toil.views.teams import SOURCE_COLUMNS
from apps.toil.week_page import head_counts


def team_week(request: SignedInRequest, slug: str, week: str) -> HttpResponseBase:
    team, monday = find_team(request, slug), monday_in(week)
    row = get_object_or_404(TeamWeek.objects.prefetch_related("categories"), team=team, monday=monday)
    period = week_of(monday)
    sources = top_sources(team, period, row.toil_seconds + row.guest_seconds, count=12)
    file = _file(request, team, row, sources)
    if file:
        return file
    context = {
        "team": team,
        "week": row,
        "number": judged(team, row),
        "categories": [(Category(part.category).label, part.seconds) for part in row.categories.all()],
        "period": period,
        "counts": head_counts(team, period),
        "sources": sources,
        "ranking": ranking(sources),
        "chart": day_chart(row),
        "changes": weeks_changed_after_close(team, period),
        "can_name": policies.can_read_entries(request.user, team),
    } | _beside(team, monday)
    return render(request, "toil/week.html", context)


def _beside(team: Team, monday: date) -> dict[str, str]:
    """The weeks before and after, where they have a page."""
    wanted = {"before": monday - WEEK, "after": monday + WEEK}
    rows = TeamWeek.objects.of_team(team).filter(monday__in=wanted.values())
    stored = set(rows.values_list("monday", flat=True))
    return {name: week_name(day) for name, day in wanted.items() if day in stored}


def _file(request: SignedInRequest, team: Team, week: TeamWeek, sources: Sources) -> HttpResponseBase | None:
    """`?format=svg&chart=days`: one of the two charts as a picture or as its rows."""
    kind, chart = request.GET.get("format", ""), request.GET.get("chart", "")
    name = f"toil-{team.slug}-{week}-{chart}"
    if kind not in {"csv", "svg"} or chart not in {"days", "sources"}:
        return None
    if chart == "days":
        drawn, columns, rows = day_chart(week), columns_of("day", DAY_PARTS), day_bars(week)
        return svg_response(name, drawn) if kind == "svg" else csv_response(name, columns, rows)
    ranked_rows = source_rows(sources)
    if kind == "csv":
        return csv_response(name, SOURCE_COLUMNS, ranked_rows)
    finding = "Hours of everybody who worked for the team, guests included."
    title = f"Where the toil of {team.name} came from, {week}"
    return svg_response(name, ranked(ranked_rows, title=title, finding=finding, heads=SOURCE_HEADS))
