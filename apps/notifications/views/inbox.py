from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.core.ways import way_back
from apps.notifications.filters import InboxFilter
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import mark_all_read, mark_read, mark_unread
from apps.notifications.reading import text_of

COLUMNS = [
    ("came", lambda row: row.due_at),
    ("about", lambda row: row.category_label),
    ("what", lambda row: row.title),
    ("read", lambda row: row.read_at),
]
SAID = {
    OutboxStatus.SENT: "Mailed to you",
    OutboxStatus.QUEUED: "The mail is on its way",
    OutboxStatus.CLAIMED: "The mail is on its way",
    OutboxStatus.SENDING: "The mail is on its way",
    OutboxStatus.FOR_DIGEST: "It will be in your digest",
    OutboxStatus.IN_DIGEST: "It was in your digest",
}


def inbox_list(request: SignedInRequest) -> HttpResponseBase:
    return list_page(
        request,
        OutboxMail.objects.inbox_of(request.user, timezone.now()),
        InboxFilter,
        "notifications/inbox.html",
        table="notifications/_inbox_table.html",
        csv=COLUMNS,
        extra={"noun": "message"},
    )


def inbox_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Written anew: it says what is true now. Looking changes nothing; the page itself marks it as read."""
    row = _find(request, uuid)
    said = SAID.get(OutboxStatus(row.status), "Not mailed")
    context = {"row": row, "text": text_of(row, timezone.now()), "mail_said": said}
    return render(request, "notifications/inbox_detail.html", context)


@require_POST
def inbox_read(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = _find(request, uuid)
    mark_read(row, by=request.user, now=timezone.now())
    if not request.htmx:
        return redirect(way_back(request, "inbox:list"))
    return render(request, "notifications/_read_button.html", {"row": _find(request, uuid)})


@require_POST
def inbox_unread(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = _find(request, uuid)
    mark_unread(row, by=request.user, now=timezone.now())
    return redirect(way_back(request, "inbox:list"))


@require_POST
def inbox_read_all(request: SignedInRequest) -> HttpResponse:
    count = mark_all_read(by=request.user, now=timezone.now())
    messages.success(request, f"{count} marked as read." if count else "Everything was read already.")
    return redirect("inbox:list")


def _find(request: SignedInRequest, uuid: UUID) -> OutboxMail:
    return get_object_or_404(OutboxMail.objects.inbox_of(request.user, timezone.now()), uuid=uuid)
