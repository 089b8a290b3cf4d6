"""Asking for a review, and deciding it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import check_version, lock
from apps.core.permissions import require
from apps.postmortems.models import Postmortem, PostmortemStatus, Review, ReviewDecision
from apps.postmortems.operations.moving import move, require_move
from apps.postmortems.policies import can_review, can_write

MAX_COMMENT = 4000
VERBS = {
    ReviewDecision.APPROVED: "postmortem.approved",
    ReviewDecision.CHANGES_REQUESTED: "postmortem.changes_requested",
}


@transaction.atomic
def submit_for_review(
    postmortem: Postmortem, *, seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """From draft or requested changes into review; former decisions stay readable but count no more."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    require_move(row, PostmortemStatus.IN_REVIEW)
    row.reviews.update(is_current=False)
    changes = {"submitted_by": by}
    return move(
        row, PostmortemStatus.IN_REVIEW, verb="postmortem.sent_to_review", changes=changes, now=now, by=by
    )


@transaction.atomic
def decide_review(
    postmortem: Postmortem,
    *,
    decision: str,
    comment: str = "",
    seen: int | None = None,
    now: datetime,
    by: User,
) -> Review:
    """Approve, or ask for changes and say which. Refused (403) to the owner and to who sent it to review;
    stale when the text changed after `seen` was read."""
    row = lock(postmortem)
    require(can_review(by, row), "Somebody other than the owner and who asked for the review decides it.")
    check_version(row, seen)
    chosen, comment = _decision(decision), comment.strip()
    require_move(row, chosen)
    if chosen == ReviewDecision.CHANGES_REQUESTED and not comment:
        raise ValidationError({"comment": "Say what should change."})
    review = Review(postmortem=row, reviewer=by, decision=chosen, comment=comment, at=now)
    review.clean_fields(exclude={"postmortem", "reviewer"})
    review.save()
    move(row, chosen, verb=VERBS[chosen], now=now, by=by)
    return review


def _decision(decision: str) -> ReviewDecision:
    try:
        return ReviewDecision(decision)
    except ValueError as error:
        raise ValidationError({"decision": "Approve, or request changes."}) from error
