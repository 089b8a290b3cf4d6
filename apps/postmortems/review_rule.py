"""Who must have approved: for severity 1 and 2 a lead of each team that owns an affected service, and somebody
from outside those teams. Otherwise one approval is enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from apps.accounts.models import Membership, OrgRole, Team, TeamRole, User
from apps.incidents.models import IncidentGrant
from apps.postmortems.models import Postmortem

NAMED_UP_TO = 2  # the severities that need named reviewers
OUTSIDE = "outside"


class Need(NamedTuple):
    """`people` are the ids of those who could meet it; `note` says why it asks less than usual."""

    slug: str
    words: str
    people: frozenset[int]
    note: str = ""


def needs_of(postmortem: Postmortem, today: date) -> list[Need]:
    """What the rule asks for; a need that nobody could meet is left out, since it would never be met."""
    worst = postmortem.incidents.order_by("severity").values_list("severity", flat=True).first()
    if worst is None or worst > NAMED_UP_TO:
        return []
    teams = list(Team.objects.filter(pk__in=postmortem.owning_team_ids).order_by("name"))
    able = able_to_review(postmortem)
    members = list(Membership.objects.on(today).filter(team__in=teams).values_list("team", "role", "user"))
    needs = [_need_of_team(team, [row[1:] for row in members if row[0] == team.pk], able) for team in teams]
    inside = {person for _, _, person in members}
    needs.append(Need(OUTSIDE, _outside(teams), frozenset(able - inside)))
    return [need for need in needs if need.people]


def _need_of_team(team: Team, members: list[tuple[str, int]], able: set[int]) -> Need:
    leads = frozenset(person for role, person in members if role == TeamRole.LEAD and person in able)
    if leads:
        return Need(f"team:{team.slug}", f"A lead of {team.name}", leads)
    anybody = frozenset(person for _, person in members if person in able)
    note = "No lead of it can: a member does."
    return Need(f"team:{team.slug}", f"Somebody from {team.name}", anybody, note)


def _outside(teams: list[Team]) -> str:
    if not teams:
        return "Somebody who did not write it"
    return f"Somebody from outside {' and '.join(team.name for team in teams)}"


def able_to_review(postmortem: Postmortem) -> set[int]:
    """Everybody who may write and see it, without its owner and who asked for the review."""
    people = User.objects.active().exclude(org_role=OrgRole.AUDITOR)
    people = people.exclude(pk__in=[postmortem.owner_id, postmortem.submitted_by_id or postmortem.owner_id])
    if not postmortem.incidents.filter(is_private=True).exists():
        return set(people.values_list("pk", flat=True))
    seen = Postmortem.objects.filter(pk=postmortem.pk)
    few = people.filter(Q(org_role=OrgRole.ADMIN) | Q(pk__in=_possible_readers(postmortem)))
    return {person.pk for person in few if seen.visible_to(person).exists()}


def _possible_readers(postmortem: Postmortem) -> set[int]:
    """Who might be let into a private incident, so that only those need to be asked one by one."""
    grants = IncidentGrant.objects.filter(incident__postmortems=postmortem)
    people = set(grants.values_list("person", flat=True)) - {None}
    of_teams = Membership.objects.filter(team__in=grants.values("team")).values_list("user", flat=True)
    return people | set(of_teams) | postmortem.responder_ids


def unmet(needs: Iterable[Need], people: Iterable[int]) -> list[Need]:
    there = set(people)
    return [need for need in needs if there.isdisjoint(need.people)]
