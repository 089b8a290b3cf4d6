"""My work, and the one search box."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.reports import queries
from apps.toil.figures import own_week
from apps.toil.lines.forms import LogForm

SHOWN = 8


def home(request: SignedInRequest) -> HttpResponse:
    user, now, today = request.user, timezone.now(), timezone.localdate()
    postmortems, owed = list(queries.my_postmortems(user)), list(queries.my_owed(user))
    context = {
        "today": today,
        "now": now,
        "incidents": [(row, (now - row.started_at).total_seconds()) for row in queries.open_incidents(user)],
        "promised": queries.my_commitments(user, today, shown=SHOWN),
        "postmortems": postmortems,
        "owed": owed,
        "waiting": len(postmortems) + len(owed),
        "team": next(iter(user.current_teams), None),
        "own": own_week(user, now),
        "log_form": LogForm(user=user, zone=user.zone, now=now) if user.may_write else None,
    }
    return render(request, "reports/home.html", context)


def search(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    exact = queries.row_with_key(request.user, text.upper()) if text else None
    if exact is not None:
        return redirect(exact)
    kinds = queries.search_everything(request.user, text) if text else []
    found, hits = queries.search_postmortems(request.user, text) if text else (None, [])
    context = {"text": text, "kinds": kinds, "found": found, "hits": hits}
    return render(request, "reports/search.html", context)
