from apps.accounts.models import Team, User
from apps.services.models import Service


def can_add_service(user: User, team: Team | None) -> bool:
    """Admins for any team, members for a team of their own."""
    return user.may_write and (user.is_org_admin or (team is not None and user.belongs_to(team.pk)))


def can_add_some_service(user: User) -> bool:
    return user.may_write and (user.is_org_admin or bool(user.team_ids))


def can_edit_service(user: User, service: Service) -> bool:
    """The team that owns it, and admins."""
    return user.may_write and (user.is_org_admin or user.belongs_to(service.owner_team_id))
