from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import User


def can_manage_webhooks(user: User) -> bool:
    """Admins. For everybody else there are no webhooks: 404, not 403."""
    return user.is_org_admin
