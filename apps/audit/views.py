import json

from django.http import Http404, HttpResponseBase

from apps.audit.filters import AuditFilter
from apps.audit.models import AuditEvent
from apps.audit.policies import can_read_trail
from apps.core.http import SignedInRequest
from apps.core.pages import list_page

COLUMNS = [
    ("at", lambda row: row.at),
    ("actor", lambda row: row.actor.slug),
    ("door", lambda row: row.door),
    ("verb", lambda row: row.verb),
    ("object_type", lambda row: row.object_type),
    ("object", lambda row: row.object_key),
    ("changes", lambda row: json.dumps(row.changes, ensure_ascii=False)),
    ("request_id", lambda row: row.request_id),
    ("address", lambda row: row.address),
]


def event_list(request: SignedInRequest) -> HttpResponseBase:
    if not can_read_trail(request.user):
        raise Http404
    rows = AuditEvent.objects.visible_to(request.user).with_actor()
    page, table = "audit/list.html", "audit/_table.html"
    return list_page(request, rows, AuditFilter, page, table=table, csv=COLUMNS, extra={"noun": "event"})
