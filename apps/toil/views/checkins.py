"""Saying that one's own week is complete: one press, and one to take it back."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.models import Team
from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.toil import operations
from apps.toil.models import WeekCheckin
from apps.toil.periods import week_named


def monday_in(week: str) -> date:
    """Of an address; what is no week is not there."""
    monday = week_named(week)
    if monday is None:
        raise Http404
    return monday


def find_team(request: SignedInRequest, slug: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user), slug=slug)


@require_POST
def week_confirm(request: SignedInRequest, slug: str, week: str) -> HttpResponse:
    team, monday, now = find_team(request, slug), monday_in(week), timezone.now()
    is_empty = request.POST.get("nothing_to_add") == "1"

    def act() -> None:
        operations.confirm_week(
            person=request.user, team=team, monday=monday, nothing_to_add=is_empty, by=request.user, now=now
        )
        operations.recompute_weeks(team, [monday], now=now)

    said = f"{week} is confirmed for {team.name}. Thank you: silence says less than this."
    return press(request, act, said=said, to=_back(request, team, week))


@require_POST
def week_withdraw(request: SignedInRequest, slug: str, week: str) -> HttpResponse:
    team, monday = find_team(request, slug), monday_in(week)
    mine = WeekCheckin.objects.with_names().filter(person=request.user)
    row = get_object_or_404(mine, team=team, monday=monday)

    def act() -> None:
        operations.withdraw_checkin(row, by=request.user)
        operations.recompute_weeks(team, [monday], now=timezone.now())

    said = f"{week} counts as unconfirmed for {team.name} again."
    return press(request, act, said=said, to=_back(request, team, week))


def _back(request: SignedInRequest, team: Team, week: str) -> str:
    places = {"team": ("toil:team", [team.slug]), "week": ("toil:my_week", [week])}
    name, args = places.get(request.POST.get("back", ""), ("toil:overview", []))
    return reverse(name, args=args)
