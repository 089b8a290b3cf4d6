"""Hours and leave of one person: their own page, and the one a lead uses for them."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts import operations, policies
from apps.accounts.forms import AbsenceForm, ScheduleForm
from apps.accounts.models import Absence, User, WorkSchedule
from apps.accounts.views.people import find
from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require

NOT_YOURS = "Only the person, a lead of their team or an admin plans this."


def person_schedule(request: SignedInRequest, slug: str) -> HttpResponse:
    person = _plannable(request, slug)
    today = timezone.localdate(timezone=person.zone)
    rows = WorkSchedule.objects.filter(user=person).order_by("-valid_from")
    initial = {"valid_from": _from(person, today), **ScheduleForm.of(rows.on(today).first())}
    return form_page(
        request,
        ScheduleForm(request.POST or None, initial=initial),
        "accounts/schedule.html",
        lambda data: operations.set_schedule(person, **data, by=request.user),
        to=lambda _row: reverse("accounts:person_schedule", args=[slug]),
        extra={"person": person, "schedules": rows[:20], "today": today},
    )


def _from(person: User, today: date) -> date:
    """The first hours of somebody count from when they came to a team: before, they would count for nothing there."""
    if person.schedules.exists():
        return today
    first = person.memberships.order_by("valid_from").first()
    return min(first.valid_from, today) if first else today


def person_absences(request: SignedInRequest, slug: str) -> HttpResponse:
    person = _plannable(request, slug)
    rows = Absence.objects.filter(user=person).select_related("delegate").order_by("-first_on", "-pk")
    return form_page(
        request,
        AbsenceForm(request.POST or None),
        "accounts/absences.html",
        lambda data: operations.add_absence(person, **data, by=request.user),
        to=lambda _row: reverse("accounts:person_absences", args=[slug]),
        extra={"person": person, "absences": rows[:50]},
    )


@require_POST
def absence_remove(request: SignedInRequest, slug: str, uuid: UUID) -> HttpResponse:
    person = _plannable(request, slug)
    absence = get_object_or_404(Absence, user=person, uuid=uuid)
    return press(
        request,
        lambda: operations.remove_absence(absence, by=request.user),
        said="The absence is removed.",
        to=reverse("accounts:person_absences", args=[slug]),
    )


def _plannable(request: SignedInRequest, slug: str) -> User:
    person = find(request, slug)
    require(policies.can_plan_for(request.user, person), NOT_YOURS)
    return person
