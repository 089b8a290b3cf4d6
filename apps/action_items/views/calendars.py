"""The feed itself, which a calendar program reads without signing in, and the page where its addresses are made."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Team
from apps.action_items.calendar import calendar_of
from apps.action_items.models import CalendarKey
from apps.action_items.operations import close_calendar, open_calendar
from apps.core.http import SignedInRequest


@login_not_required
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The key in the address is the question: without one that opens something there is nothing here. What was
    fetched may be kept, and is asked about again each time: who loses sight of an item loses it with the next look."""
    key = CalendarKey.objects.named_by(secret)
    if key is None:
        raise Http404
    body = calendar_of(key)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="action-items.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response


@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: SignedInRequest) -> HttpResponse:
    """An address is on the page that answers the form and nowhere else, so there is no redirect to it."""
    address, user = "", request.user
    if request.method == "POST":
        slug = request.POST.get("team", "")
        team = get_object_or_404(Team, slug=slug) if slug else None
        _, secret = open_calendar(team=team, by=user, now=timezone.now())
        address = request.build_absolute_uri(reverse("action_items:calendar", args=[secret]))
    shown = _calendars(request)
    teams = {each["team"] for each in shown}
    others = [team for team in Team.objects.order_by("name") if team not in teams]
    context = {"address": address, "calendars": shown, "other_teams": others}
    return render(request, "action_items/calendars.html", context)


@require_POST
def calendar_close(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    key = get_object_or_404(CalendarKey.objects.visible_to(request.user), uuid=uuid)
    close_calendar(key, by=request.user)
    messages.success(request, "The calendar is closed: its address opens nothing any more.")
    return redirect("action_items:calendars")


def _calendars(request: SignedInRequest) -> list[dict[str, Any]]:
    """One's own, one for each of one's teams, and whatever else one has opened."""
    keys = {key.team: key for key in CalendarKey.objects.visible_to(request.user).select_related("team")}
    teams = dict.fromkeys([None, *request.user.current_teams, *keys])
    return [{"team": team, "key": keys.get(team)} for team in teams]
