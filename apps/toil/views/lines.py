"""The quick line, and the form around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import trigger_client_event

from apps.accounts.models import Team, User
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.toil import operations
from apps.toil.lines.chips import chips_of
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.forms import LogForm, QuickForm
from apps.toil.lines.reading import read_for, tidy
from apps.toil.lines.said import logged_words
from apps.toil.models import Category, ToilEntry
from apps.toil.recurring.repeats import repeats_of
from apps.toil.recurring.usual import usual_time

AUDITORS = "Auditors read; they log nothing."
UNDONE_WITHIN = timedelta(seconds=30)
FORM_NAMES = {"seconds": "duration", "started_at": "times", "ended_at": "times"}


def blank_log_form(user: User, now: datetime, **initial: Any) -> LogForm:
    team = next(iter(user.current_teams), None)
    today = now.astimezone(user.zone).date()
    defaults = {"team": team.slug if team else None, "local_date": today, "category": Category.OTHER}
    return LogForm(user=user, zone=user.zone, now=now, initial=defaults | initial)


def logging_panel(request: SignedInRequest, **initial: Any) -> dict[str, Any]:
    """What `toil/_log.html` shows: the form, what is logged again and again, and what was logged a moment ago."""
    user, now = request.user, timezone.now()
    if not user.may_write:
        return {"log_form": None}
    form, repeats = blank_log_form(user, now, **initial), repeats_of(user, now)
    done = just_logged(request, now)
    if done:
        form.fields["line"].widget.attrs["data-focus"] = ""  # where the hands were
    return {"log_form": form, "repeats": repeats, "just_logged": done}


def just_logged(request: SignedInRequest, now: datetime) -> ToilEntry | None:
    """The entry that this page was reached by, while it can be taken back with one click."""
    try:
        key = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    rows = ToilEntry.objects.filter(person=request.user, created_at__gt=now - UNDONE_WITHIN)
    return rows.filter(uuid=key).first()


def back_to(request: SignedInRequest, team: Team, *, done: ToilEntry | None = None) -> str:
    """The page that the form stood on."""
    is_of_team = request.POST.get("back") == "team"
    page = reverse("toil:team", args=[team.slug]) if is_of_team else reverse("toil:overview")
    return f"{page}?done={done.uuid}" if done else page


def entry_new(request: SignedInRequest) -> HttpResponse:
    require(request.user.may_write, AUDITORS)
    user, now = request.user, timezone.now()
    form = blank_log_form(user, now, line=request.GET.get("line", "")[:400])
    if request.method == "POST":
        form = LogForm(request.POST, user=user, zone=user.zone, now=now)

    def act(data: dict[str, Any]) -> ToilEntry:
        entry, said = log(user, data, now)
        messages.success(request, said)
        return entry

    return form_page(
        request, form, "toil/new.html", act, to=lambda entry: back_to(request, entry.team, done=entry)
    )


def log(user: User, data: dict[str, Any], now: datetime) -> tuple[ToilEntry, str]:
    """The entry of a form, and what to say of it."""
    with named_as_in_form("line" if data.get("line") else ""):
        entry = operations.log_entry(**LogForm.keywords(data), person=user, by=user, now=now)
    return entry, logged_words(entry, operations.recompute_entry(entry, now=now).share)


def quick_log(request: SignedInRequest) -> HttpResponse:
    """The line alone, in a dialog over any page; the page stays as it is."""
    require(request.user.may_write, AUDITORS)
    user, now = request.user, timezone.now()
    form = QuickForm(request.POST or None, user=user, zone=user.zone, now=now)
    said: list[str] = []

    def act(data: dict[str, Any]) -> ToilEntry:
        entry, words = log(user, data, now)
        said.append(words)
        return entry

    answer = form_page(request, form, "toil/_quick_form.html", act)
    if answer.status_code != 302:
        return answer
    blank = QuickForm(user=user, zone=user.zone, now=now)
    fresh = render(request, "toil/_quick_form.html", {"form": blank, "once": blank.once})
    return trigger_client_event(fresh, "quick:done", {"text": said[0] if said else "It is logged already."})


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
    line = tidy(request.GET.get("line", ""))[:400]
    return render(request, "toil/_echo.html", _echo(request.user, line, timezone.now()) if line else {})


def _echo(user: User, line: str, now: datetime) -> dict[str, Any]:
    try:
        found = read_for(user, line, zone=user.zone, now=now)
    except Unreadable as error:
        return {"problem": str(error)}
    usual = None if found.has_time else usual_time(user, found.said, now=now)
    return {"reading": found, "chips": chips_of(found.said, user.zone), "usual": usual}
