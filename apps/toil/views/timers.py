"""The timer, and what is logged again with one tap."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core import once
from apps.core.buttons import press
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import claim_form, form_page
from apps.core.permissions import require
from apps.core.templatetags.times import duration
from apps.toil import operations, policies
from apps.toil.lines.durations import Unreadable, expect_duration
from apps.toil.lines.forms import TimerForm
from apps.toil.models import Timer
from apps.toil.views.entries import find
from apps.toil.views.lines import AUDITORS, back_to, named_as_in_form


@require_POST
def timer_start(request: SignedInRequest) -> HttpResponse:
    """With the line or the fields of the log form; what ran before becomes an entry."""
    require(request.user.may_write, AUDITORS)
    user, now = request.user, timezone.now()
    form = TimerForm(request.POST, user=user, zone=user.zone, now=now)

    def act(data: dict[str, Any]) -> Timer:
        with named_as_in_form("line" if data.get("line") else ""):
            timer, stopped = operations.start_timer(person=user, by=user, now=now, **TimerForm.what(data))
        before = f" “{stopped.text}” ran before: {duration(stopped.seconds)}." if stopped else ""
        messages.success(request, f"Started. It runs until you stop it.{before}")
        return timer

    return form_page(request, form, "toil/new.html", act, to=lambda timer: back_to(request, timer.team))


@require_POST
def timer_stop(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    try:
        entry = operations.stop_timer(person=request.user, timer=_seen(request), by=request.user, now=now)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect("toil:overview")
    if not entry.counts:
        messages.warning(
            request,
            f"It ran for {duration(entry.seconds)}. Say how long it really took; until then nothing counts.",
        )
        return redirect(entry)
    operations.recompute_entry(entry, now=now)
    messages.success(request, f"Logged {duration(entry.seconds)} for {entry.team.name}.")
    return redirect(back_to(request, entry.team, done=entry))


@require_POST
def timer_discard(request: SignedInRequest) -> HttpResponse:
    def act() -> None:
        if operations.discard_timer(person=request.user, timer=_seen(request), by=request.user):
            messages.success(request, "Thrown away. Nothing was logged.")
        else:
            messages.info(request, "No timer is running.")

    return press(request, act, to="toil:overview")


def _seen(request: SignedInRequest) -> UUID | None:
    """The timer on the page whose button was pressed: another tab may have started another since. Raises Conflict for
    what names none."""
    text = request.POST.get("timer", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Conflict("This page names no timer. Open it again.") from error


@require_POST
def entry_repeat(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """The same once more, today, as long as the button said."""
    like, now = find(request, uuid), timezone.now()
    require(policies.can_answer(request.user, like))
    try:
        seconds, times = expect_duration(request.POST.get("duration", "")[:20])
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(like)
    with transaction.atomic():
        row, is_new = claim_form(request)
        if row and not is_new:
            return redirect(row.location)
        try:
            entry = operations.repeat_entry(
                like, seconds=seconds, occurrences=times, by=request.user, now=now
            )
        except ValidationError as refusal:
            transaction.set_rollback(True)  # what was refused did not happen: the key may come again
            messages.error(request, " ".join(refusal.messages))
            return redirect(like)
        to = back_to(request, entry.team, done=entry)
        if row:
            once.answer(row, status=302, location=to)
    operations.recompute_entry(entry, now=now)
    messages.success(request, f"Logged {duration(entry.seconds)} for {entry.team.name}.")
    return redirect(to)
