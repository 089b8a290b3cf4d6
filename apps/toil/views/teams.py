"""The page of one team, and all teams beside each other: sorted by name, never ranked."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.charts import Bar, ranked, svg_response
from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.keys import page_of
from apps.core.pages import list_page
from apps.core.prepared import Prepared
from apps.core.templatetags.times import half_up
from apps.toil import policies
from apps.toil.budgets.page import BudgetPage
from apps.toil.checkins.own import asked_weeks, team_weeks_to_confirm
from apps.toil.closed import weeks_changed_after_close
from apps.toil.figures import SUMMED_WEEKS, judged, sums_of, with_sums
from apps.toil.filters import TeamToilFilter
from apps.toil.models import DirtyWeek
from apps.toil.models.week import dated_weeks
from apps.toil.number import Verdict, add_up
from apps.toil.percent import DEFAULT_CAP, Share
from apps.toil.periods import Period, last_weeks, quarter_of, week_of
from apps.toil.pictures import RANGE_PARTS, columns_of, together_bars, together_chart, weeks_together
from apps.toil.sources.largest import Sources, top_sources
from apps.toil.staff import Staff
from apps.toil.team_page import SOURCE_HEADS, VIEWS, TeamPage, View, ranking, source_rows
from apps.toil.views.lines import logging_panel


def _two_places(value: Fraction | None) -> Decimal | None:
    return None if value is None else half_up(value, 2)


def exact_pct(share: Share) -> Decimal | None:
    return _two_places(share.exact)


WEEK_COLUMNS: list[Column] = [
    ("week", str),
    ("monday", lambda week: week.monday),
    ("toil_seconds", lambda week: week.toil_seconds),
    ("guest_seconds", lambda week: week.guest_seconds),
    ("out_of_hours_seconds", lambda week: week.out_of_hours_seconds),
    ("other_operational_seconds", lambda week: week.ops_seconds),
    ("capacity_minutes", lambda week: half_up(week.capacity_minutes, 2)),
    ("toil_pct", lambda week: exact_pct(week.share)),
    ("reported_pct", lambda week: exact_pct(week.number.reported)),
    ("ceiling_pct", lambda week: exact_pct(week.number.ceiling)),
    ("coverage_pct", lambda week: _two_places(week.number.coverage)),
    ("final", lambda week: "yes" if week.is_final else "no"),
    ("days_counted", lambda week: week.days_counted),
    ("days", lambda week: week.days_total),
]
TEAM_COLUMNS: list[Column] = [
    ("team", lambda team: team.slug),
    ("toil_seconds", lambda team: team.sum_toil_seconds),
    ("capacity_minutes", lambda team: half_up(team.sum_capacity_minutes, 2)),
    ("toil_pct", lambda team: exact_pct(sums_of(team).share)),
    ("reported_pct", lambda team: exact_pct(sums_of(team).number.reported)),
    ("ceiling_pct", lambda team: exact_pct(sums_of(team).number.ceiling)),
    ("coverage_pct", lambda team: _two_places(sums_of(team).number.coverage)),
    ("other_operational_seconds", lambda team: team.sum_ops_seconds),
    ("out_of_hours_seconds", lambda team: team.sum_out_of_hours_seconds),
    ("guest_seconds", lambda team: team.sum_guest_seconds),
    ("cap_pct", lambda team: team.toil_cap_pct),
    ("cap_applies_to", lambda team: team.cap_applies_to),
    ("cap_on_pct", lambda team: exact_pct(judged(team, sums_of(team)).floor)),
]


SOURCE_COLUMNS: list[Column] = [
    ("source", lambda row: row.name),
    ("seconds", lambda row: row.size),
    ("cumulative_pct", lambda row: row.note.rstrip("%")),
]


def team_toil(request: SignedInRequest, slug: str) -> HttpResponseBase:
    teams = Team.objects.visible_to(request.user).select_related("toil_budget")
    team = get_object_or_404(teams, slug=slug)
    view = VIEWS.get(request.GET.get("period", ""), VIEWS["quarter"])
    today = timezone.localdate()
    wanted = (request.GET.get("format", ""), request.GET.get("chart", ""))
    if wanted == ("csv", ""):
        return csv_response(f"toil-{team.slug}", WEEK_COLUMNS, dated_weeks(team, view.period(today)))
    page = TeamPage(team, view, today, dated_weeks(team, view.reach(today)))
    file = _file(page, wanted)
    return file or render(request, "toil/team.html", _context(request, team, view, page))


def _file(page: TeamPage, wanted: tuple[str, str]) -> HttpResponseBase | None:
    """`?format=svg&chart=share`: what one of the two charts shows, as a picture or as its rows."""
    kind, chart = wanted
    if kind not in {"csv", "svg"} or chart not in {"share", "sources"}:
        return None
    name = f"toil-{page.team.slug}-{chart}"
    if chart == "sources":
        rows = source_rows(_sources(page))
        finding = f"Hours of everybody who worked for the team, {page.period.start} to {page.period.last}."
        drawn = ranked(rows, title=f"Top sources, {page.team.name}", finding=finding, heads=SOURCE_HEADS)
        return svg_response(name, drawn) if kind == "svg" else csv_response(name, SOURCE_COLUMNS, rows)
    names, bars = page.charted
    return (
        svg_response(name, page.chart()) if kind == "svg" else csv_response(name, _share_columns(names), bars)
    )


def _sources(page: TeamPage) -> Sources:
    return top_sources(page.team, page.period, page.figures.toil + page.figures.guest)


def _share_columns(names: list[str]) -> list[Column]:
    """A share in percent for each part; empty in a week without capacity."""

    def part(place: int) -> Callable[[Bar], object]:
        return lambda bar: None if bar.parts is None else bar.parts[place]

    parts: list[Column] = [(name, part(place)) for place, name in enumerate(names)]
    return [("week", lambda bar: bar.name), *parts, ("total", lambda bar: bar.parts and sum(bar.parts))]


def _context(request: SignedInRequest, team: Team, view: View, page: TeamPage) -> dict[str, object]:
    user, today, figures = request.user, page.today, page.figures
    sources = _sources(page)
    count, kept = page.streak()
    teams = list(Team.objects.visible_to(user).values_list("slug", "name"))
    staff = Staff(team, Period(asked_weeks(today).start, max(week_of(today).end, quarter_of(today).end)))
    may_confirm = user.may_write and team.pk in user.team_ids
    return {
        "team": team,
        "teams": [(page_of("toil:team", slug), name, slug == team.slug) for slug, name in teams],
        "views": VIEWS.values(),
        "view": view,
        "page": page,
        "figures": figures,
        "sources": sources,
        "ranking": ranking(sources),
        "engineers": staff.engineers_on(today),
        "streak": count,
        "streak_is_over": kept == Verdict.BREACH,
        "changes": weeks_changed_after_close(team, page.period),
        "checkins": team_weeks_to_confirm(user, staff, today) if may_confirm else [],
        "can_name": policies.can_read_entries(user, team),
        "is_behind": bool(BEHIND.rows(team.pk, view.reach(today).start)),
        "budget_page": BudgetPage(team, today, page.weeks, user, staff),
    } | _logging(request, team, teams)


BEHIND = Prepared(
    lambda team, since: (
        DirtyWeek.objects.filter(team=team, monday__gte=since).order_by().values_list("monday")[:1]
    )
)


def _logging(request: SignedInRequest, team: Team, teams: list[tuple[str, str]]) -> dict[str, Any]:
    """The form's menu of teams is the one of the page: both are read once."""
    panel = logging_panel(request, team=team.slug, back="team")
    if panel["log_form"]:
        panel["log_form"].fields["team"].choices = teams
    return panel


def team_list(request: SignedInRequest) -> HttpResponseBase:
    today = timezone.localdate()
    rows = with_sums(Team.objects.visible_to(request.user), today)
    period = last_weeks(today, SUMMED_WEEKS)
    together = weeks_together(period)
    bars = together_bars(together, period, today)
    wanted = (request.GET.get("format"), request.GET.get("chart"))
    if wanted == ("svg", "together"):
        return svg_response("toil-all-teams", together_chart(bars))
    if wanted == ("csv", "together"):
        return csv_response("toil-all-teams", columns_of("week", RANGE_PARTS), bars)
    extra = {
        "noun": "team",
        "everything": add_up(together.values()),
        "together_chart": together_chart(bars),
        "usual_cap": DEFAULT_CAP,
        "weeks": SUMMED_WEEKS,
        "default_sort": "name",
    }
    template, table = "toil/teams.html", "toil/_teams_table.html"
    return list_page(request, rows, TeamToilFilter, template, table=table, csv=TEAM_COLUMNS, extra=extra)
