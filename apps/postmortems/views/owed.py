"""The board of owed postmortems, one obligation, and what people do with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.postmortems import policies
from apps.postmortems.forms.owed import RequestForm, TakeBackForm, WaiveForm
from apps.postmortems.models import ObligationStatus, PostmortemObligation
from apps.postmortems.operations import request_postmortem, transition_obligation
from apps.postmortems.operations.waiving import NOT_YOURS_TO_WAIVE
from apps.postmortems.owed_filters import ObligationFilter
from apps.postmortems.owing import may_be_owed

S = ObligationStatus
COLUMNS = [
    ("id", lambda row: row.uuid),
    ("incident", lambda row: row.incident.key),
    ("title", lambda row: row.incident.title),
    ("severity", lambda row: row.incident.severity),
    ("status", lambda row: row.status),
    ("rules", lambda row: " ".join(rule["rule"] for rule in row.rules)),
    ("owner", lambda row: row.owner.slug if row.owner else ""),
    ("counts_from", lambda row: row.counts_from),
    ("due_draft", lambda row: row.due_draft),
    ("due_publish", lambda row: row.due_publish),
    ("postmortems", lambda row: " ".join(one.key for one in row.incident.seen_postmortems)),
    ("settled_at", lambda row: row.settled_at),
    ("waive_reason", lambda row: row.waive_reason),
]
TABS = [
    ("Owed", "status=owed"),
    ("Overdue", "due=overdue"),
    ("Mine", "status=owed&owner=me"),
    ("My teams", "status=owed&team=mine"),
    ("Waived", "status=waived"),
    ("All", ""),
]


def obligation_list(request: SignedInRequest) -> HttpResponseBase:
    here = request.GET.copy()
    for name in ("page", "sort"):
        here.pop(name, None)
    return list_page(
        request,
        PostmortemObligation.objects.for_reader(request.user),
        ObligationFilter,
        "postmortems/owed.html",
        table="postmortems/_owed_table.html",
        csv=COLUMNS,
        extra={
            "noun": "owed postmortem",
            "default_sort": "due",
            "today": timezone.localdate(),
            "tabs": [(query, label, query == here.urlencode()) for label, query in TABS],
        },
    )


def obligation_detail(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = _find(request, uuid)
    form = _form_of(row)(initial={"version": row.version}) if row.next_statuses else None
    return render(request, "postmortems/obligation.html", _page(request, row) | {"form": form})


@require_POST
def obligation_move(request: SignedInRequest, uuid: str) -> HttpResponse:
    """Waive it, or take the waiver back: whichever there is."""
    row = _find(request, uuid)
    require(policies.can_waive(request.user, row), NOT_YOURS_TO_WAIVE)

    def act(data: dict[str, Any]) -> PostmortemObligation:
        to = request.POST.get("to", "")
        said = {"reason": data["reason"], "seen": data["version"]}
        return transition_obligation(row, to=to, **said, by=request.user, now=timezone.now())

    return form_page(
        request, _form_of(row)(request.POST), "postmortems/obligation.html", act, extra=_page(request, row)
    )


def obligation_new(request: SignedInRequest, incident: str) -> HttpResponse:
    row = get_object_or_404(Incident.objects.visible_to(request.user), key=incident)
    note_reading([row], by=request.user, now=timezone.now())
    require(policies.can_request_postmortem(request.user, row), "You can read postmortems, not ask for one.")
    return form_page(
        request,
        RequestForm(request.POST or None),
        "postmortems/obligation_new.html",
        lambda data: request_postmortem(row, **data, by=request.user, now=timezone.now()),
        extra={"incident": row},
    )


def _form_of(row: PostmortemObligation) -> type[WaiveForm]:
    return TakeBackForm if row.status == S.WAIVED else WaiveForm


def _page(request: SignedInRequest, row: PostmortemObligation) -> dict[str, Any]:
    return {
        "row": row,
        "today": timezone.localdate(),
        "to": next(iter(row.next_statuses), None),
        "may_move": bool(row.next_statuses) and policies.can_waive(request.user, row),
        "can_draft": policies.can_draft(request.user),
    }


def owed_line(request: SignedInRequest) -> dict[str, Any]:
    """What the incident owes whose postmortems are listed; nothing of it on other lists."""
    seen = Incident.objects.visible_to(request.user)
    incident = seen.filter(key=request.GET.get("incident", "").upper()[:20]).first()
    if incident is None:
        return {"owed": None}
    owed = PostmortemObligation.objects.for_reader(request.user).filter(incident=incident).first()
    may_ask = policies.can_request_postmortem(request.user, incident) and may_be_owed(incident)
    return {"owed": owed, "may_ask": may_ask, "incident_key": incident.key, "today": timezone.localdate()}


def _find(request: SignedInRequest, uuid: str) -> PostmortemObligation:
    row = get_object_or_404(PostmortemObligation.objects.for_reader(request.user), uuid=uuid)
    note_reading([row.incident], by=request.user, now=timezone.now())
    return row
