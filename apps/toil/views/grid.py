"""One's own week as a table: seen, filled in and confirmed on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.accounts.forms.fields import NO_TEAM
from apps.accounts.models import Team, User
from apps.core.errors import Conflict, in_words
from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.core.tables import storable
from apps.toil import operations
from apps.toil.checkins.own import week_to_confirm
from apps.toil.grid.input import Input, overlay, read_input
from apps.toil.grid.loading import fill_from_last_week, load_grid
from apps.toil.grid.switching import switching_of
from apps.toil.grid.table import MOST_OPEN_ROWS, Grid
from apps.toil.kinds import SORTED_KINDS
from apps.toil.models import ToilEntry, ToilSource
from apps.toil.models.entry import ToilEntryQuerySet
from apps.toil.periods import WEEK, monday_of, week_name
from apps.toil.readers import teams_whose_leads_read
from apps.toil.views.checkins import find_team, monday_in


@dataclass(frozen=True, slots=True)
class Trouble:
    """What needs a change, and the field it stands at."""

    field: str
    where: str
    text: str


def my_week(request: SignedInRequest, week: str = "") -> HttpResponse:
    """The running week unless another is named."""
    require(request.user.may_write, "Auditors read; they log nothing.")
    now = timezone.now()
    this = monday_of(now.astimezone(request.user.zone).date())
    monday = monday_in(week) if week else this
    grid = load_grid(request.user, monday, now=now)
    refusal = ""
    if request.method == "POST":
        written = {name: storable(str(value)) for name, value in request.POST.items()}
        sent = read_input(written, request.user, grid, now=now)
        refusal = _save(request, monday, sent, now)
        if not refusal and not sent.errors:
            return redirect("toil:my_week", week_name(monday))
        grid = load_grid(request.user, monday, now=now)
        overlay(grid, sent)
    elif request.GET.get("fill") == "last":
        grid = load_grid(request.user, monday, now=now, most=MOST_OPEN_ROWS)
        fill_from_last_week(grid, request.user)
    grid.name_rows()
    context = _context(request, grid, now) | {"refusal": refusal, "this": week_name(this)}
    return render(request, "toil/grid.html", context)


def _save(request: SignedInRequest, monday: date, sent: Input, now: datetime) -> str:
    """Save the cells and confirm the week if that was pressed: all of it or nothing. What is wrong with cells goes to
    `sent`; returns why the week cannot be confirmed."""
    user = request.user
    try:
        with transaction.atomic():
            saved = _save_cells(user, monday, sent, now)
            if sent.errors:
                transaction.set_rollback(True)
                return ""
            confirmed = _confirm(request, monday, now)
    except (Conflict, ValidationError) as refusal:
        return in_words(refusal)
    for team in saved.teams | confirmed:
        operations.recompute_weeks(team, [monday], now=now)
    messages.success(request, _told(saved, confirmed, week_name(monday)))
    return ""


def _save_cells(user: User, monday: date, sent: Input, now: datetime) -> operations.Saved:
    try:
        return operations.save_week(person=user, monday=monday, wishes=sent.wishes, by=user, now=now)
    except ValidationError as refusal:
        sent.errors |= {name: " ".join(texts) for name, texts in refusal.message_dict.items()}
        return operations.Saved()


def _confirm(request: SignedInRequest, monday: date, now: datetime) -> set[Team]:
    """`confirm` names the team; `confirm_empty` too, and says that there was nothing."""
    is_empty = "confirm_empty" in request.POST
    slug = request.POST.get("confirm_empty") or request.POST.get("confirm")
    if not slug:
        return set()
    team, user = find_team(request, storable(slug)), request.user
    operations.confirm_week(person=user, team=team, monday=monday, nothing_to_add=is_empty, by=user, now=now)
    return {team}


def _told(saved: operations.Saved, confirmed: set[Team], week: str) -> str:
    counts = {"added": saved.added, "changed": saved.changed, "removed": saved.removed}
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    told = f"Saved: {', '.join(parts)}." if parts else "" if confirmed else "Nothing has changed."
    return " ".join([told, *(f"{week} is confirmed for {team.name}." for team in confirmed)]).strip()


def _context(request: SignedInRequest, grid: Grid, now: datetime) -> dict[str, Any]:
    user, monday = request.user, grid.period.start
    following = monday + WEEK
    teams = user.current_teams or list(Team.objects.visible_to(user))
    return {
        "grid": grid,
        "week": week_name(monday),
        "before": week_name(monday - WEEK),
        "after": week_name(following) if following <= grid.today else "",
        "checkins": week_to_confirm(user, monday, now),
        "waiting": list(_waiting(user, grid)),
        "switching": switching_of(user, grid),
        "trouble": list(_trouble(grid)),
        "teams": teams,
        "no_team": "" if teams else NO_TEAM,
        "sources": list(ToilSource.objects.current().filter(team__in=user.team_ids)),
        "kinds": SORTED_KINDS,
        "read_by_leads": teams_whose_leads_read(user),
        "is_filled": grid.is_changed and request.method == "GET",
    }


def _waiting(user: User, grid: Grid) -> ToilEntryQuerySet:
    rows = ToilEntry.objects.filter(person=user).waiting().with_all()
    return rows.between(grid.period.start, grid.period.end).order_by("local_date", "started_at", "pk")


def _trouble(grid: Grid) -> Iterator[Trouble]:
    for row in grid.rows:
        where = row.about.text if row.about else row.asked.get("line") or "The new row"
        if row.error:
            yield Trouble(f"line-{row.name}", where, row.error)
        for weekday, cell in enumerate(row.cells):
            if cell.error:
                yield Trouble(f"t-{row.name}-{weekday}", f"{where}, {cell.day:%A}", cell.error)
