from __future__ import annotations

from typing import TYPE_CHECKING

from apps.incidents.policies import can_post

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.intake.models import Alert


def can_manage_intake(user: User) -> bool:
    """Integrations, their keys and the delivery log: admins. For everybody else they do not exist."""
    return user.is_org_admin and user.may_write


def can_vote(user: User, alert: Alert) -> bool:
    """Who writes into the timeline of its incident was there, or reads along."""
    return alert.incident is not None and can_post(user, alert.incident)
