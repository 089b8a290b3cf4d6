"""One's own log: the overview, and one entry."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.core.templatetags.times import duration
from apps.core.versions import seen_version
from apps.toil import operations, policies
from apps.toil.checkins.own import weeks_to_confirm
from apps.toil.figures import own_week
from apps.toil.filters import ToilEntryFilter
from apps.toil.forms import EditForm
from apps.toil.models import EntryChange, TeamWeek, ToilEntry
from apps.toil.periods import week_of
from apps.toil.readers import teams_read_by, teams_whose_leads_read
from apps.toil.surveys.reading import asked_of
from apps.toil.views.lines import logging_panel, named_as_in_form

COLUMNS = [
    ("date", lambda row: row.local_date),
    ("minutes", lambda row: round(row.seconds / 60, 2)),
    ("text", lambda row: row.text),
    ("team", lambda row: row.team.slug),
    ("service", lambda row: row.service.slug if row.service else None),
    ("category", lambda row: row.category),
    ("trigger", lambda row: row.trigger),
    ("kind", lambda row: row.kind),
    ("occurrences", lambda row: row.occurrences),
    ("person", lambda row: row.person.email),
    ("started_at", lambda row: row.started_at),
    ("ended_at", lambda row: row.ended_at),
    ("time_zone", lambda row: row.tz),
    ("status", lambda row: row.status),
    ("id", lambda row: str(row.uuid)),
]
WAITING_SHOWN = 20


def overview(request: SignedInRequest) -> HttpResponseBase:
    rows = ToilEntry.objects.visible_to(request.user).with_all()
    only_table = request.htmx or request.GET.get("format") == "csv"
    return list_page(
        request,
        rows,
        ToilEntryFilter,
        "toil/overview.html",
        table="toil/_table.html",
        csv=COLUMNS,
        extra={"noun": "entry", "nouns": "entries", "can_choose": request.user.may_write}
        | ({} if only_table else _top_of_overview(request)),
    )


def _top_of_overview(request: SignedInRequest) -> dict[str, Any]:
    now = timezone.now()
    today = now.astimezone(request.user.zone).date()
    weeks = (
        TeamWeek.objects.filter(team__in=request.user.team_ids)
        .touching(week_of(today))
        .select_related("team")
    )
    waiting = list(ToilEntry.objects.filter(person=request.user).waiting().with_all()[: WAITING_SHOWN + 1])
    return {
        "own": own_week(request.user, now),
        "today": today,
        "week": "",
        "last_change": EntryChange.objects.last_to_undo(request.user, now),
        "waiting": waiting[:WAITING_SHOWN],
        "more_wait": len(waiting) > WAITING_SHOWN,
        "checkins": weeks_to_confirm(request.user, now) if request.user.may_write else [],
        "asked": asked_of(request.user, now) if request.user.may_write else [],
        "team_weeks": weeks.order_by("team__name"),
        "reads_others": bool(teams_read_by(request.user)),
        "read_by_leads": teams_whose_leads_read(request.user),
    } | logging_panel(request)


def find(request: SignedInRequest, uuid: UUID) -> ToilEntry:
    return get_object_or_404(ToilEntry.objects.visible_to(request.user).with_all(), uuid=uuid)


def entry_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = find(request, uuid)
    context = {
        "entry": entry,
        "slices": entry.slices.all(),
        "can_edit": policies.can_edit_entry(request.user, entry),
        "week": "",
        "can_answer": policies.can_answer(request.user, entry),
        "is_read_by_leads": entry.counts and entry.team.leads_read_entries,
        "incident": entry.incident if policies.can_name_incident(request.user, entry) else None,
        "item": entry.item if policies.can_name_item(request.user, entry) else None,
    }
    return render(request, "toil/detail.html", context)


def entry_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = find(request, uuid)
    require(policies.can_edit_entry(request.user, entry))
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = EditForm(data, entry=entry, user=request.user, now=now)

    def act(data: dict[str, Any]) -> ToilEntry:
        with named_as_in_form():
            changes = EditForm.keywords(data)
            edited = operations.edit_entry(
                entry, changes=changes, seen=data["version"], by=request.user, now=now
            )
        operations.recompute_entry(edited, now=now)
        return edited

    return form_page(request, form, "toil/edit.html", act, extra={"entry": entry})


@require_POST
def entry_delete(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = find(request, uuid)
    require(policies.can_edit_entry(request.user, entry))
    return press(
        request,
        lambda: operations.delete_entry(entry, seen=seen_version(request), by=request.user),
        said=f"Deleted “{entry.text}”, {duration(entry.seconds)}.",
        to="toil:overview",
        back=entry,
        stale="Somebody changed this entry since you opened it. Look at it again first.",
    )
