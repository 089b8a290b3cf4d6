"""Who is told at once: whom a promise was given to, and leads who are asked to confirm that it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from apps.accounts.models import Membership, TeamRole, User
from apps.action_items.models import ActionItem
from apps.notifications.operations import outbox_row, queue_emails

ASSIGNED, VERIFICATION_ASKED = "assigned", "verification_asked"
LIVES = timedelta(hours=24)


def tell_owner(item: ActionItem, *, by: User, now: datetime) -> set[int]:
    """Once for each time that it is given to somebody, unless they took it themselves. Who was told."""
    owner = item.owner
    if owner is None or owner.pk == by.pk or not item.is_committed:
        return set()
    return _tell([owner], ASSIGNED, item, f"{item.due_version}", now)


def ask_to_verify(item: ActionItem, *, by: User, now: datetime) -> set[int]:
    """Once for each time that it is done, who neither owns it nor did it: leads of its team; where there is no such
    lead, leads of its service's team; and where there is none either, admins. Who was told."""
    people = next(filter(None, (_others(group, item, by) for group in _second_looks(item, now))), [])
    return _tell(people, VERIFICATION_ASKED, item, f"{item.due_version}:{item.reopen_count}", now)


def _second_looks(item: ActionItem, now: datetime) -> Iterator[Iterable[User]]:
    yield leads_of(item, now)
    if item.service is not None:
        yield _leads(item.service.owner_team_id, now)
    yield User.objects.admins()


def _others(people: Iterable[User], item: ActionItem, by: User) -> list[User]:
    return [person for person in people if person.pk not in {item.owner_id, by.pk}]


def leads_of(item: ActionItem, now: datetime) -> list[User]:
    """Active leads, today, of its team."""
    return _leads(item.team_id, now)


def _leads(team: int | None, now: datetime) -> list[User]:
    if team is None:
        return []
    rows = Membership.objects.on(now.date()).filter(team=team, role=TeamRole.LEAD, user__is_active=True)
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
