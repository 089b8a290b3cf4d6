from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.accounts.models import User
from apps.incidents.operations import hand_over_for, roles_to_hand_over
from apps.reports.holdings.holding import Held, Kind, still_theirs


class Roles:
    """In open incidents."""

    kind = Kind.ROLE

    def held(self, person: User, by: User) -> Iterator[Held]:
        for row in roles_to_hand_over(person, by=by):
            incident = row.incident
            facts = (
                f"{row.get_role_display()}, SEV{incident.severity}, {incident.get_status_display().lower()}"
            )
            key, title = f"{incident.key}:{row.role}", f"{incident.key} {incident.title}"
            yield Held(
                self.kind,
                key,
                title,
                facts,
                incident.get_absolute_url(),
                may_give=True,
                is_private=incident.is_private,
            )

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        rows = {f"{row.incident.key}:{row.role}": row for row in roles_to_hand_over(person, by=by)}
        hand_over_for(person, held=still_theirs(rows.get(key), person), to=to, by=by, now=now)
