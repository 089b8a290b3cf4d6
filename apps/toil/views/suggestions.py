"""Yes or no to several suggestions with one press."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.choosing import versions_of
from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.core.templatetags.times import spent
from apps.toil import operations
from apps.toil.many.choosing import of_ids
from apps.toil.models import EntryStatus
from apps.toil.operations.answering import Chosen
from apps.toil.views.changed import recompute_together
from apps.toil.views.ways import way_back


@require_POST
def answer_selected(request: SignedInRequest) -> HttpResponse:
    """`selected` are ids with the version that was seen; `to` says what becomes of them."""
    require(request.user.may_write, "Auditors read; they log nothing.")
    now = timezone.now()
    to = EntryStatus.DISMISSED if request.POST.get("to") == "dismissed" else EntryStatus.CONFIRMED
    try:
        found = operations.answer_together(_chosen(request), to=to, by=request.user, now=now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(way_back(request))
    recompute_together(found.done, now)
    _tell(request, found, to)
    return redirect(way_back(request))


def _tell(request: SignedInRequest, found: operations.Answered, to: str) -> None:
    count = len(found.done)
    if not count and not found.refused:
        messages.info(request, "Nothing was selected.")
    elif count and to == EntryStatus.CONFIRMED:
        messages.success(request, f"Counted: {spent(sum(row.seconds for row in found.done))}.")
    elif count:
        messages.success(request, f"Dismissed {count}. They count nothing.")
    for entry, why in found.refused:
        messages.error(request, f"{entry.text}: {why}")


def _chosen(request: SignedInRequest) -> Chosen:
    seen = versions_of(request.POST.getlist("selected"))
    return [(row, seen.get(str(row.uuid))) for row in of_ids(request.user, seen)]
