"""Who looks after a tracker, and who puts an item into one. Fields and today's memberships, no queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.action_items.policies import can_edit_action_item

if TYPE_CHECKING:
    from apps.accounts.models import Team, User
    from apps.action_items.models import ActionItem
    from apps.trackers.models import Connection


def can_connect(user: User) -> bool:
    """Admins, and leads for their teams. For everybody else the pages do not exist."""
    leads = any(row.role == "lead" for row in user.memberships_now)
    return user.may_write and (user.is_org_admin or leads)


def can_connect_for(user: User, team: Team | None) -> bool:
    """What is nobody's in particular is the organisation's: admins alone."""
    return user.may_write and (user.is_org_admin or (team is not None and user.leads(team.pk)))


def can_manage(user: User, connection: Connection) -> bool:
    return can_connect_for(user, connection.team)


def can_use(user: User, connection: Connection) -> bool:
    is_theirs = connection.team_id is None or user.belongs_to(connection.team_id)
    return user.may_write and connection.is_enabled and (user.is_org_admin or is_theirs)


def can_link(user: User, item: ActionItem) -> bool:
    """Who may edit the item."""
    return can_edit_action_item(user, item)
