"""One's own log: the overview, one entry, and the quick line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core.errors import StaleVersion
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.core.templatetags.times import duration
from apps.toil import operations, policies
from apps.toil.durations import Unreadable
from apps.toil.figures import own_week
from apps.toil.filters import ToilEntryFilter
from apps.toil.forms import EditForm, LogForm
from apps.toil.models import Category, TeamWeek, ToilEntry, Trigger
from apps.toil.own import weeks_to_confirm
from apps.toil.periods import week_of
from apps.toil.reading import read_for
from apps.toil.survey_reading import asked_of

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
    ("id", lambda row: str(row.uuid)),
]
FORM_NAMES = {"seconds": "duration", "started_at": "times", "ended_at": "times"}


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
        extra={"noun": "entry", "nouns": "entries"} | ({} if only_table else _top_of_overview(request)),
    )


def _top_of_overview(request: SignedInRequest) -> dict[str, Any]:
    now = timezone.now()
    today = now.astimezone(request.user.zone).date()
    weeks = (
        TeamWeek.objects.filter(team__in=request.user.team_ids)
        .touching(week_of(today))
        .select_related("team")
    )
    return {
        "own": own_week(request.user, now),
        "today": today,
        "checkins": weeks_to_confirm(request.user, now) if request.user.may_write else [],
        "asked": asked_of(request.user, now) if request.user.may_write else [],
        "team_weeks": weeks.order_by("team__name"),
        "is_lead": any(row.role == "lead" for row in request.user.memberships_now),
        "log_form": blank_log_form(request.user, now) if request.user.may_write else None,
    }


def blank_log_form(user: User, now: datetime, **initial: Any) -> LogForm:
    team = next(iter(user.current_teams), None)
    today = now.astimezone(user.zone).date()
    defaults = {"team": team.slug if team else None, "local_date": today, "category": Category.OTHER}
    return LogForm(user=user, zone=user.zone, now=now, initial=defaults | initial)


def entry_new(request: SignedInRequest) -> HttpResponse:
    require(request.user.may_write, "Auditors read; they log nothing.")
    user, now = request.user, timezone.now()
    form = blank_log_form(user, now, line=request.GET.get("line", "")[:400])
    if request.method == "POST":
        form = LogForm(request.POST, user=user, zone=user.zone, now=now)

    def act(data: dict[str, Any]) -> ToilEntry:
        keywords = LogForm.keywords(data)
        with named_as_in_form("line" if data.get("line") else ""):
            entry = operations.log_entry(**keywords, person=user, by=user, now=now)
        week = operations.recompute_entry(entry, now=now)
        share = week.share.shown(entry.team.toil_cap_pct)
        messages.success(
            request, f"Logged {duration(entry.seconds)} for {entry.team.name}. Its week: {share} toil."
        )
        return entry

    def to(entry: ToilEntry) -> str:
        if form.cleaned_data.get("back") == "team":
            return reverse("toil:team", args=[entry.team.slug])
        return reverse("toil:overview")

    return form_page(request, form, "toil/new.html", act, to=to)


@contextmanager
def named_as_in_form(line: str = "") -> Iterator[None]:
    """Refusals of an operation under the names of the form's fields."""
    try:
        yield
    except ValidationError as error:
        found = error.message_dict.items()
        raise ValidationError({line or FORM_NAMES.get(name, name): texts for name, texts in found}) from error


def line_echo(request: SignedInRequest) -> HttpResponse:
    """How the line is read, as tags; nothing is saved and nothing is an error yet."""
    line = " ".join(request.GET.get("line", "").split())[:400]
    context: dict[str, Any] = {"line": line}
    try:
        said = read_for(request.user, line, zone=request.user.zone, now=timezone.now()) if line else {}
        context |= {"said": said, "category": _label(Category, said.get("category"))}
        context["trigger"] = _label(Trigger, said.get("trigger"))
    except Unreadable as error:
        context["problem"] = str(error)
    return render(request, "toil/_echo.html", context)


def _label(choices: type[Category] | type[Trigger], value: str | None) -> str:
    return str(choices(value).label) if value else ""


def find(request: SignedInRequest, uuid: UUID) -> ToilEntry:
    return get_object_or_404(ToilEntry.objects.visible_to(request.user).with_all(), uuid=uuid)


def entry_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = find(request, uuid)
    context = {
        "entry": entry,
        "slices": entry.slices.all(),
        "can_edit": policies.can_edit_entry(request.user, entry),
        "incident": entry.incident if policies.can_name_incident(request.user, entry) else None,
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
    seen = request.POST.get("version", "")
    try:
        operations.delete_entry(entry, seen=int(seen) if seen.isdecimal() else None, by=request.user)
    except StaleVersion:
        messages.error(request, "Somebody changed this entry since you opened it. Look at it again first.")
        return redirect(entry)
    messages.success(request, f"Deleted “{entry.text}”, {duration(entry.seconds)}.")
    return redirect("toil:overview")
