"""My work, and the one search box."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.reports import queries

SHOWN = 8


def home(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    items = list(queries.my_commitments(request.user)[:100])
    late, soon = queries.late_and_soon(items, today, today + timedelta(days=6 - today.weekday()))
    context = {
        "today": today,
        "now": timezone.now(),
        "incidents": queries.open_incidents(request.user),
        "items": items[:SHOWN],
        "item_count": len(items),
        "late": late,
        "soon": soon,
        "postmortems": queries.my_postmortems(request.user),
        "team": next(iter(request.user.current_teams), None),
    }
    return render(request, "reports/home.html", context)


def search(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    exact = queries.row_with_key(request.user, text.upper()) if text else None
    if exact is not None:
        return redirect(exact)
    found = queries.search_everything(request.user, text) if text else []
    return render(request, "reports/search.html", {"text": text, "found": found})
