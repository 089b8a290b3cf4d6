"""One's own chores that come again."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.core.versions import seen_version
from apps.toil.filters import RecurringFilter
from apps.toil.models import Recurring
from apps.toil.operations import add_recurring, delete_recurring, edit_recurring
from apps.toil.recurring.forms import RecurringForm

COLUMNS = [
    ("text", lambda row: row.text),
    ("team", lambda row: row.team.slug),
    ("minutes", lambda row: round(row.seconds / 60, 2)),
    ("rule", lambda row: row.rule),
    ("starts_on", lambda row: row.starts_on),
    ("is_paused", lambda row: row.is_paused),
    ("id", lambda row: str(row.uuid)),
]
READ_ONLY = "Auditors read; they log nothing."


def recurring_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Recurring.objects.visible_to(request.user).with_names()
    extra = {"noun": "chore", "today": _today(request), "can_add": request.user.may_write}
    page, table = "toil/recurring.html", "toil/_recurring_table.html"
    return list_page(request, rows, RecurringFilter, page, table=table, csv=COLUMNS, extra=extra)


def recurring_new(request: SignedInRequest) -> HttpResponse:
    require(request.user.may_write, READ_ONLY)
    form = RecurringForm(request.POST or None, user=request.user, today=_today(request))

    def act(data: dict[str, Any]) -> Recurring:
        user = request.user
        return add_recurring(**RecurringForm.keywords(data), person=user, by=user, now=timezone.now())

    return form_page(request, form, "toil/recurring_form.html", act, to=_to_list)


def recurring_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = _find(request, uuid)
    require(request.user.may_write, READ_ONLY)
    form = RecurringForm(request.POST or None, user=request.user, today=_today(request), row=row)

    def act(data: dict[str, Any]) -> Recurring:
        changes, now = RecurringForm.keywords(data), timezone.now()
        return edit_recurring(row, changes=changes, seen=data["version"], by=request.user, now=now)

    return form_page(request, form, "toil/recurring_form.html", act, to=_to_list, extra={"row": row})


@require_POST
def recurring_delete(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    row = _find(request, uuid)
    return press(
        request,
        lambda: delete_recurring(row, seen=seen_version(request), by=request.user),
        said=f"“{row.text}” is not asked about any more. What was logged of it stays.",
        to="toil:recurring_list",
        back=row,
        stale="This changed since you opened it. Look at it again first.",
    )


def _find(request: SignedInRequest, uuid: UUID) -> Recurring:
    return get_object_or_404(Recurring.objects.visible_to(request.user).with_names(), uuid=uuid)


def _today(request: SignedInRequest) -> date:
    return timezone.now().astimezone(request.user.zone).date()


def _to_list(_: Recurring) -> str:
    return reverse("toil:recurring_list")
