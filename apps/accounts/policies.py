"""Who may do what with people, teams and tokens. Pure: fields and the memberships of today, nothing else."""

from apps.accounts.models import ApiToken, Team, TokenScope, User


def can_manage_people(user: User) -> bool:
    return user.is_org_admin


def can_add_team(user: User) -> bool:
    return user.is_org_admin


def can_edit_team(user: User, team: Team) -> bool:
    """Its leads, and admins; the same people look after its members."""
    return user.may_write and (user.is_org_admin or user.leads(team.pk))


def can_edit_profile(user: User, person: User) -> bool:
    """Name, zone and digest time are one's own, an auditor's too: they change only what that person reads."""
    return user.pk == person.pk


def can_plan_for(user: User, person: User) -> bool:
    """Schedules and absences: of oneself, of the people of a team one leads, and of everybody for admins."""
    if not user.may_write:
        return False
    return user.is_org_admin or user.pk == person.pk or any(map(user.leads, person.team_ids))


def can_see_plan(user: User, person: User) -> bool:
    return user.pk == person.pk or can_plan_for(user, person)


def can_make_token(user: User, scope: str) -> bool:
    """A token never exceeds its owner: who may not write gets no token that writes."""
    return user.is_active and not user.is_system and (scope == TokenScope.READ or user.may_write)


def can_revoke_token(user: User, token: ApiToken) -> bool:
    return user.pk == token.user_id or user.is_org_admin
