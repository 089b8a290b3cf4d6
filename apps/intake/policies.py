from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import User


def can_manage_intake(user: User) -> bool:
    """Integrations, their keys and the delivery log: admins. For everybody else they do not exist."""
    return user.is_org_admin and user.may_write
