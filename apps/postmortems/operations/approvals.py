"""An approval is about one text. Whoever changes the text takes it back, and its giver is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.notifications.operations import queue_email
from apps.postmortems.models import Postmortem, ReviewDecision

WORTH_SAYING = timedelta(days=14)


def withdraw_approvals(row: Postmortem, *, now: datetime, by: User) -> None:
    """Approvals of the former text count no more. What somebody asked to be changed stays asked."""
    lost = row.reviews.filter(is_current=True, decision=ReviewDecision.APPROVED)
    for review in list(lost.select_related("reviewer")):
        if review.reviewer_id != by.pk:
            queue_email(
                review.reviewer,
                kind="approval_lost",
                once_per=f"approval-lost:{review.pk}",
                payload={"postmortem": row.key},
                not_before=now,
                expires_at=now + WORTH_SAYING,
            )
    lost.update(is_current=False)
