"""Who is told at once: whom a promise was given to, and leads who are asked to confirm that it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from apps.accounts.models import Membership, TeamRole
from apps.action_items.models import ActionItem
from apps.notifications.operations import outbox_row, queue_emails

if TYPE_CHECKING:
    from apps.accounts.models import User

ASSIGNED, VERIFICATION_ASKED = "assigned", "verification_asked"
LIVES = timedelta(hours=24)


def tell_owner(item: ActionItem, *, by: User, now: datetime) -> set[int]:
    """Once for each time that it is given to somebody, unless they took it themselves. Who was told."""
    owner = item.owner
    if owner is None or owner.pk == by.pk or not item.is_committed:
        return set()
    return _tell([owner], ASSIGNED, item, f"{item.due_version}", now)


def ask_to_verify(item: ActionItem, *, by: User, now: datetime) -> set[int]:
    """Leads of its team who neither own it nor did it, once for each time that it is done. Who was told."""
    people = [lead for lead in leads_of(item, now) if lead.pk not in {item.owner_id, by.pk}]
    return _tell(people, VERIFICATION_ASKED, item, f"{item.due_version}:{item.reopen_count}", now)


def leads_of(item: ActionItem, now: datetime) -> list[User]:
    """Active leads, today, of its team."""
    if item.team_id is None:
        return []
    rows = Membership.objects.on(now.date()).filter(
        team=item.team_id, role=TeamRole.LEAD, user__is_active=True
    )
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def _tell(people: list[User], kind: str, item: ActionItem, occasion: str, now: datetime) -> set[int]:
    queue_emails(
        [
            outbox_row(
                person,
                kind=kind,
                once_per=f"{kind}:{item.pk}:{occasion}:{person.pk}",
                not_before=now,
                expires_at=now + LIVES,
                payload={"key": item.key},
            )
            for person in people
        ]
    )
    return {person.pk for person in people}
