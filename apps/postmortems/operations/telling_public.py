"""Who is told that a public version waits for them, or changed after they approved it."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import Membership, TeamRole, User
from apps.notifications.operations import queue_email
from apps.postmortems.models import PublicVersion

WORTH_SAYING = timedelta(days=14)


def ask_for_approval(version: PublicVersion, *, now: datetime) -> None:
    """The leads of the affected teams who wrote none of it; where there are none, the admins."""
    row = version.postmortem
    leads = Membership.objects.on(now.date()).filter(team__in=row.owning_team_ids, role=TeamRole.LEAD)
    able = User.objects.active().exclude(pk__in=version.writer_ids)
    people = [one for one in able.filter(pk__in=leads.values("user")) if one.may_write]
    for person in people or able.admins():
        queue_email(
            person,
            kind="public_review_asked",
            once_per=f"public-review:{row.pk}:{person.pk}:{version.status_since.isoformat()}",
            payload={"postmortem": row.key},
            not_before=now,
            expires_at=now + WORTH_SAYING,
        )


def tell_approver(version: PublicVersion, *, now: datetime, by: User) -> None:
    """The approval of a text is lost with it."""
    if version.approved_by and version.approved_by != by:
        queue_email(
            version.approved_by,
            kind="public_approval_lost",
            once_per=f"public-lost:{version.pk}:{version.version}",
            payload={"postmortem": version.postmortem.key},
            not_before=now,
            expires_at=now + WORTH_SAYING,
        )
