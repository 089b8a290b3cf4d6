"""The page of one team, and all teams beside each other: sorted by name, never ranked."""

from decimal import Decimal

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.core.templatetags.times import half_up
from apps.toil.figures import SUMMED_WEEKS, engineers_on, share_of, top_sources, with_sums
from apps.toil.filters import TeamToilFilter
from apps.toil.models import DirtyWeek, TeamWeek
from apps.toil.percent import Share, total
from apps.toil.team_page import VIEWS, TeamPage, View, ranking
from apps.toil.views.entries import blank_log_form


def exact_pct(share: Share) -> Decimal | None:
    return None if share.exact is None else half_up(share.exact, 2)


WEEK_COLUMNS: list[Column] = [
    ("week", str),
    ("monday", lambda week: week.monday),
    ("toil_seconds", lambda week: week.toil_seconds),
    ("guest_seconds", lambda week: week.guest_seconds),
    ("out_of_hours_seconds", lambda week: week.out_of_hours_seconds),
    ("other_operational_seconds", lambda week: week.ops_seconds),
    ("capacity_minutes", lambda week: half_up(week.capacity_minutes, 2)),
    ("toil_pct", lambda week: exact_pct(week.share)),
    ("days_counted", lambda week: week.days_counted),
    ("days", lambda week: week.days_total),
]
TEAM_COLUMNS: list[Column] = [
    ("team", lambda team: team.slug),
    ("toil_seconds", lambda team: team.toil),
    ("capacity_minutes", lambda team: half_up(share_of(team).capacity_minutes, 2)),
    ("toil_pct", lambda team: exact_pct(share_of(team))),
    ("out_of_hours_seconds", lambda team: team.out_of_hours),
    ("guest_seconds", lambda team: team.guest),
    ("cap_pct", lambda team: team.toil_cap_pct),
]


def team_toil(request: SignedInRequest, slug: str) -> HttpResponseBase:
    team = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)
    view = VIEWS.get(request.GET.get("period", ""), VIEWS["quarter"])
    today = timezone.localdate()
    weeks = TeamWeek.objects.of_team(team).touching(view.reach(today)).order_by("monday")
    if request.GET.get("format") == "csv":
        return csv_response(f"toil-{team.slug}", WEEK_COLUMNS, weeks.touching(view.period(today)))
    page = TeamPage(team, view, today, list(weeks.prefetch_related("categories")))
    return render(request, "toil/team.html", _context(request, team, view, page))


def _context(request: SignedInRequest, team: Team, view: View, page: TeamPage) -> dict[str, object]:
    figures = page.figures
    sources = top_sources(team, page.period, figures.toil + figures.guest)
    count, is_over = page.weeks_on_one_side()
    dirty = DirtyWeek.objects.filter(team=team, monday__gte=view.reach(page.today).start)
    may_log = request.user.may_write
    return {
        "team": team,
        "teams": Team.objects.visible_to(request.user),
        "views": VIEWS.values(),
        "view": view,
        "page": page,
        "figures": figures,
        "sources": sources,
        "ranking": ranking(sources),
        "engineers": engineers_on(team, page.today),
        "streak": count,
        "streak_is_over": is_over,
        "is_behind": dirty.exists(),
        "log_form": blank_log_form(request.user, timezone.now(), team=team.slug, back="team")
        if may_log
        else None,
    }


def team_list(request: SignedInRequest) -> HttpResponseBase:
    today = timezone.localdate()
    rows = with_sums(Team.objects.visible_to(request.user), today)
    everything = total(share_of(team) for team in rows.order_by())
    extra = {"noun": "team", "everything": everything, "weeks": SUMMED_WEEKS, "default_sort": "name"}
    template, table = "toil/teams.html", "toil/_teams_table.html"
    return list_page(request, rows, TeamToilFilter, template, table=table, csv=TEAM_COLUMNS, extra=extra)
