from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import User


def can_read_trail(user: User) -> bool:
    """Admins and auditors. For everybody else the trail does not exist: 404, not 403."""
    return user.is_org_admin or user.is_auditor
