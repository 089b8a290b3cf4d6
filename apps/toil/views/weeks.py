"""One week of one team: everything its figures are made of, and what changed after it was closed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.core.http import SignedInRequest
from apps.toil import policies
from apps.toil.closed import changes_after_close
from apps.toil.figures import judged, top_sources
from apps.toil.models import TeamWeek
from apps.toil.models.entry import Category
from apps.toil.periods import WEEK, week_name, week_of
from apps.toil.team_page import ranking
from apps.toil.views.checkins import find_team, monday_in
from apps.toil.week_page import head_counts


def team_week(request: SignedInRequest, slug: str, week: str) -> HttpResponse:
    team, monday = find_team(request, slug), monday_in(week)
    row = get_object_or_404(TeamWeek.objects.prefetch_related("categories"), team=team, monday=monday)
    period = week_of(monday)
    sources = top_sources(team, period, row.toil_seconds + row.guest_seconds, count=12)
    context = {
        "team": team,
        "week": row,
        "number": judged(team, row),
        "categories": [(Category(part.category).label, part.seconds) for part in row.categories.all()],
        "counts": head_counts(team, period),
        "sources": sources,
        "ranking": ranking(sources),
        "changes": changes_after_close(team, period),
        "can_name": policies.can_name_changers(request.user, team),
        "before": week_name(monday - WEEK),
        "after": week_name(monday + WEEK),
    }
    return render(request, "toil/week.html", context)
