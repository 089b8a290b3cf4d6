from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts import operations, policies
from apps.accounts.filters import PersonFilter
from apps.accounts.forms import PersonForm, ProfileForm
from apps.accounts.models import Absence, ApiToken, User, WorkSchedule
from apps.core.buttons import press
from apps.core.http import SignedInRequest, today_of
from apps.core.pages import form_page, list_page
from apps.core.permissions import require

COLUMNS = [
    ("person", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("email", lambda row: row.email),
    ("role", lambda row: row.org_role),
    ("teams", lambda row: " ".join(team.slug for team in row.current_teams)),
    ("time_zone", lambda row: row.time_zone),
    ("active", lambda row: "yes" if row.is_active else "no"),
]
ONLY_ADMINS = "Only admins manage people."
MOST_TOKENS = 100


def person_list(request: SignedInRequest) -> HttpResponseBase:
    rows = User.objects.visible_to(request.user).with_memberships(today_of(request))
    extra = {"can_add": policies.can_manage_people(request.user), "noun": "account"}
    page, table = "accounts/person_list.html", "accounts/_people.html"
    return list_page(request, rows, PersonFilter, page, table=table, csv=COLUMNS, extra=extra)


def person_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    person = find(request, slug)
    context = {
        "person": person,
        "can_manage": policies.can_manage_people(request.user),
        "can_plan": policies.can_plan_for(request.user, person),
        "tokens": tokens_of(request.user, person),
        **plan_of(request.user, person),
    }
    return render(request, "accounts/person_detail.html", context)


def tokens_of(user: User, person: User) -> Sequence[ApiToken]:
    """What an admin may have to end; one's own have a page."""
    if user == person or not policies.can_manage_people(user):
        return []
    return list(ApiToken.objects.filter(user=person).usable(timezone.now())[:MOST_TOKENS])


def plan_of(user: User, person: User) -> dict[str, Any]:
    """Hours and leave, for those who may know them."""
    if not policies.can_see_plan(user, person):
        return {"can_see_plan": False}
    today = timezone.localdate(timezone=person.zone)
    schedules = WorkSchedule.objects.filter(user=person)
    return {
        "can_see_plan": True,
        "schedule": schedules.on(today).first(),
        "next_schedule": schedules.filter(valid_from__gt=today).order_by("valid_from").first(),
        "absences": Absence.objects.filter(user=person).select_related("delegate").ending_after(today)[:20],
    }


def person_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_manage_people(request.user), ONLY_ADMINS)
    return form_page(
        request,
        PersonForm(request.POST or None),
        "accounts/person_form.html",
        lambda data: operations.add_person(**data, by=request.user, now=timezone.now()),
    )


def person_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    person = find(request, slug)
    require(policies.can_manage_people(request.user), ONLY_ADMINS)
    return form_page(
        request,
        PersonForm(request.POST or None, initial=PersonForm.of(person)),
        "accounts/person_form.html",
        lambda data: operations.edit_person(person, changes=data, by=request.user),
        extra={"person": person},
    )


def profile(request: SignedInRequest) -> HttpResponse:
    return form_page(
        request,
        ProfileForm(request.POST or None, initial=ProfileForm.of(request.user)),
        "accounts/profile.html",
        lambda data: _save_profile(request, data),
        to=lambda _person: reverse("accounts:profile"),
        extra={"can_plan": policies.can_plan_for(request.user, request.user)},
    )


def _save_profile(request: SignedInRequest, data: dict[str, Any]) -> User:
    person = operations.edit_profile(request.user, changes=data, by=request.user)
    messages.success(request, "Your settings are saved.")
    return person


@require_POST
def person_invite(request: SignedInRequest, slug: str) -> HttpResponse:
    person = find(request, slug)
    return press(
        request,
        lambda: operations.invite_person(person, by=request.user, now=timezone.now()),
        said=f"A mail to choose a password is on its way to {person.email}.",
        to=person.get_absolute_url(),
    )


@require_POST
def person_deactivate(request: SignedInRequest, slug: str) -> HttpResponse:
    person = find(request, slug)
    teams = " and ".join(team.name for team in person.current_teams)
    rest = f" They still count as members of {teams}: end that if they have left." if teams else ""
    return press(
        request,
        lambda: operations.deactivate_person(person, by=request.user, now=timezone.now()),
        said=f"{person} is signed out everywhere and cannot sign in.{rest}",
        to=person.get_absolute_url(),
    )


@require_POST
def person_reactivate(request: SignedInRequest, slug: str) -> HttpResponse:
    person = find(request, slug)
    return press(
        request,
        lambda: operations.reactivate_person(person, by=request.user),
        said=f"{person} can sign in again. Tokens stay revoked.",
        to=person.get_absolute_url(),
    )


def find(request: SignedInRequest, slug: str) -> User:
    person: User = get_object_or_404(
        User.objects.visible_to(request.user).with_memberships(today_of(request)), slug=slug
    )
    return person
