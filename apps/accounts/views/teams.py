from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts import operations, policies
from apps.accounts.filters import TeamFilter
from apps.accounts.forms import MemberChangeForm, MemberEndForm, MemberForm, TeamForm
from apps.accounts.forms.teams import DAY
from apps.accounts.models import Membership, Team
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require

COLUMNS = [
    ("team", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("members", lambda row: len(row.members_now)),
    ("leads", lambda row: " ".join(member.user.slug for member in row.leads_now)),
    ("toil_cap_pct", lambda row: row.toil_cap_pct),
    ("description", lambda row: row.description),
]
ONLY_LEADS = "Only leads of the team and admins change it."
FULL = 100


def team_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Team.objects.visible_to(request.user).with_members(timezone.localdate())
    extra = {"can_add": policies.can_add_team(request.user), "noun": "team"}
    page, table = "accounts/team_list.html", "accounts/_teams.html"
    return list_page(request, rows, TeamFilter, page, table=table, csv=COLUMNS, extra=extra)


def team_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    team = find(request, slug)
    today = timezone.localdate()
    rows = list(
        team.memberships.with_hours().select_related("user").order_by("role", "user__name", "valid_from")
    )
    context = {
        "team": team,
        "members": [row for row in rows if row.covers(today)],
        "coming": [row for row in rows if row.valid_from > today],
        "former": [row for row in rows if row.valid_to and row.valid_to <= today],
        "can_edit": policies.can_edit_team(request.user, team),
    }
    return render(request, "accounts/team_detail.html", context)


def team_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_add_team(request.user), "Only admins add teams.")
    return form_page(
        request,
        TeamForm(request.POST or None),
        "accounts/team_form.html",
        lambda data: operations.add_team(**data, by=request.user),
    )


def team_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    team = _editable(request, slug)
    return form_page(
        request,
        TeamForm(request.POST or None, team=team),
        "accounts/team_form.html",
        lambda data: operations.edit_team(team, changes=data, by=request.user),
        extra={"team": team},
    )


def member_new(request: SignedInRequest, slug: str) -> HttpResponse:
    team = _editable(request, slug)
    return form_page(
        request,
        MemberForm(request.POST or None, initial={"valid_from": timezone.localdate()}),
        "accounts/member_form.html",
        lambda data: _add(request, team, MemberForm.keywords(data)),
        extra={"team": team},
    )


def _add(request: SignedInRequest, team: Team, data: dict[str, Any]) -> Membership:
    return _warned(request, operations.add_member(team, **data, by=request.user))


def member_change(request: SignedInRequest, slug: str, uuid: UUID) -> HttpResponse:
    team = _editable(request, slug)
    row = _member(team, uuid)
    today = timezone.localdate()
    initial = {"since": today if row.covers(today) else row.valid_from}
    return form_page(
        request,
        MemberChangeForm(request.POST or None, membership=row, initial=initial),
        "accounts/member_form.html",
        lambda data: _warned(request, operations.change_member(row, **data, by=request.user)),
        extra={"team": team, "member": row},
    )


def member_end(request: SignedInRequest, slug: str, uuid: UUID) -> HttpResponse:
    team = _editable(request, slug)
    row = _member(team, uuid)
    return form_page(
        request,
        MemberEndForm(request.POST or None, initial={"last_on": row.last_on or timezone.localdate()}),
        "accounts/member_end.html",
        lambda data: operations.end_membership(row, valid_to=data["last_on"] + DAY, by=request.user),
        extra={"team": team, "member": row},
    )


def _warned(request: SignedInRequest, row: Membership) -> Membership:
    peak = row.user.memberships.peak_allocation(row.valid_from)
    if peak > FULL:
        messages.warning(
            request, f"{row.user} is now allocated {peak}% over all teams. Toil counts that capacity."
        )
    if row.counts_capacity and not row.user.schedules.exists():
        messages.warning(
            request,
            f"{row.user} has no working hours yet, so no share of toil counts them. Set them among the members.",
        )
    return row


def find(request: SignedInRequest, slug: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user), slug=slug)


def _editable(request: SignedInRequest, slug: str) -> Team:
    team = find(request, slug)
    require(policies.can_edit_team(request.user, team), ONLY_LEADS)
    return team


def _member(team: Team, uuid: UUID) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "team"), team=team, uuid=uuid)
