from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.notifications import kinds
from apps.notifications.filters import OutboxFilter
from apps.notifications.models import OutboxMail

COLUMNS = [
    ("due", lambda row: row.not_before),
    ("sent", lambda row: row.sent_at),
    ("to", lambda row: row.recipient.email),
    ("kind", lambda row: row.kind),
    ("subject", lambda row: row.subject),
    ("status", lambda row: row.status),
    ("attempts", lambda row: row.attempt),
    ("error", lambda row: row.error),
]


def mail_list(request: SignedInRequest) -> HttpResponseBase:
    """What was and will be sent to me; for admins also what went wrong for others."""
    rows = OutboxMail.objects.visible_to(request.user).select_related("recipient")
    return list_page(
        request,
        rows,
        OutboxFilter,
        "notifications/list.html",
        table="notifications/_table.html",
        csv=COLUMNS,
        extra={"noun": "mail"},
    )


@require_POST
def mail_now(request: SignedInRequest, kind: str) -> HttpResponse:
    """Send one to myself at once, marked as a test."""
    send = kinds.request_operation(kind)
    if send is None:
        raise Http404
    send(by=request.user, now=timezone.now())
    messages.success(
        request,
        "On its way. If there is nothing to say in it by then, no mail is sent.",
    )
    return redirect("notifications:list")
