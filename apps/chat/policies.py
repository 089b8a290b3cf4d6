from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.chat.models import ChatAccount


def can_manage_chat(user: User) -> bool:
    """Workspaces and everybody's links: admins."""
    return user.is_org_admin and user.may_write


def can_confirm(user: User, account: ChatAccount) -> bool:
    """Who it claims to be, an auditor too, and admins. The same people take a link away."""
    return can_manage_chat(user) or (user.is_active and user.pk == account.person_id)
