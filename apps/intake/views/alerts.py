"""Alerts and what people think of them. Beside an incident everybody who sees that sees its alerts."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.intake.filters import AlertFilter
from apps.intake.models import Alert
from apps.intake.operations import vote_on_alert

SAID = {"useful": "Noted as useful.", "noise": "Noted as noise.", "none": "Your vote is taken back."}
COLUMNS = [
    ("alert", lambda row: row.uuid),
    ("title", lambda row: row.title),
    ("key", lambda row: row.dedup),
    ("integration", lambda row: row.integration.slug),
    ("firing", lambda row: row.is_firing),
    ("changed_at", lambda row: row.changed_at),
    ("incident", lambda row: row.incident.key if row.incident else ""),
    ("useful", lambda row: row.useful),
    ("noise", lambda row: row.noise),
]


def alert_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Alert.objects.visible_to(request.user).for_list(request.user)
    page, table = "intake/alerts.html", "intake/_alerts.html"
    return list_page(request, rows, AlertFilter, page, table=table, csv=COLUMNS, extra={"noun": "alert"})


@require_POST
def alert_vote(request: SignedInRequest, uuid: str) -> HttpResponse:
    rows = Alert.objects.visible_to(request.user).select_related("incident")
    row, vote = get_object_or_404(rows, uuid=uuid), request.POST.get("vote", "")
    return press(
        request,
        lambda: vote_on_alert(row, vote=vote, by=request.user, now=timezone.now()),
        said=SAID.get(vote, ""),
        to=row.incident or "intake:alerts",
    )
