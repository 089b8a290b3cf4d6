"""Yes or no to what waits for a word of the person: it was so, it took this long, or it was not."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.errors import Conflict, StaleVersion, in_words
from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.core.templatetags.times import duration
from apps.core.versions import seen_version
from apps.toil import operations, policies
from apps.toil.lines.durations import Unreadable, said_duration
from apps.toil.models import ToilEntry
from apps.toil.views.ways import way_back

CHANGED = "This entry changed since you opened it. Look at it again first."


@require_POST
def entry_confirm(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """`duration` says how long it really took; without one it stays as it is."""
    entry, now = _find(request, uuid), timezone.now()
    try:
        changes = _changes(request.POST.get("duration", ""))
        row = operations.confirm_entry(
            entry, changes=changes, seen=seen_version(request), by=request.user, now=now
        )
    except StaleVersion:
        messages.error(request, CHANGED)
        return redirect(entry)
    except (Conflict, ValidationError, Unreadable) as refusal:
        messages.error(request, in_words(refusal))
        return redirect(entry)
    operations.recompute_entry(row, now=now)
    messages.success(request, f"Counted: {duration(row.seconds)} for {row.team.name}.")
    return redirect(way_back(request))


@require_POST
def entry_dismiss(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = _find(request, uuid)
    return press(
        request,
        lambda: operations.dismiss_entry(entry, seen=seen_version(request), by=request.user),
        said=f"Dismissed “{entry.text}”. It counts nothing.",
        to=way_back(request),
        back=entry,
        stale=CHANGED,
    )


def _find(request: SignedInRequest, uuid: UUID) -> ToilEntry:
    entry = get_object_or_404(ToilEntry.objects.visible_to(request.user).with_all(), uuid=uuid)
    require(policies.can_answer(request.user, entry))
    return entry


def _changes(text: str) -> dict[str, int]:
    return said_duration(text[:20]) if text.strip() else {}
