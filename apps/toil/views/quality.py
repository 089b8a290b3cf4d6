"""How far a team's figures can be trusted."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.toil import policies
from apps.toil.pareto.asking import ParetoForm
from apps.toil.quality import SHOWN, quality_of
from apps.toil.views.checkins import find_team


def team_quality(request: SignedInRequest, slug: str) -> HttpResponse:
    team = find_team(request, slug)
    asked = {name: request.GET.get(name, "") for name in ("period", "since", "until")}
    form = ParetoForm(asked, user=request.user, today=timezone.localdate())
    quality = quality_of(team, form.scope().period) if form.is_valid() else None
    is_lead = policies.can_read_load(request.user, team)
    context = {
        "team": team,
        "form": form,
        "quality": quality,
        "is_lead": is_lead,
        "relabelled": quality.relabelled[:SHOWN] if quality and is_lead else [],
    }
    return render(request, "toil/quality.html", context)
