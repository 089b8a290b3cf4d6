"""Asking for a review, and deciding it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import check_version, lock
from apps.core.permissions import require
from apps.postmortems.content import text_digest
from apps.postmortems.models import (
    CheckItem,
    Postmortem,
    PostmortemStatus,
    Review,
    ReviewCheck,
    ReviewDecision,
)
from apps.postmortems.operations.moving import move, require_move
from apps.postmortems.operations.reviewers import ask_reviewers, propose_reviewers
from apps.postmortems.operations.settling import require_checked, settle
from apps.postmortems.policies import can_review, can_write

MAX_COMMENT = 4000
D = ReviewDecision


@transaction.atomic
def submit_for_review(
    postmortem: Postmortem, *, seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """From draft or requested changes into review; former decisions stay readable but count no more. Whom the
    rule asks for and nobody named is named now, and everybody named is asked."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    require_move(row, PostmortemStatus.IN_REVIEW)
    row.reviews.update(is_current=False)
    changes = {"submitted_by": by}
    move(row, PostmortemStatus.IN_REVIEW, verb="postmortem.sent_to_review", changes=changes, now=now, by=by)
    propose_reviewers(row, now=now, by=by)
    ask_reviewers(row, now=now)
    return row


@transaction.atomic
def decide_review(
    postmortem: Postmortem,
    *,
    decision: str,
    comment: str = "",
    checks: Iterable[str] = (),
    seen: int | None = None,
    now: datetime,
    by: User,
) -> Review:
    """Approve, or ask for changes and say which; `checks` are the questions that `by` answers with yes.

    The text is approved once everybody named and everybody the rule asks for has approved it, and each question is
    answered by one of them. Refused (403) to the owner and to who sent it to review; stale when the text changed
    after `seen` was read. A second decision about the same text replaces the first.
    """
    row = lock(postmortem)
    require(can_review(by, row), "Somebody other than the owner and who asked for the review decides it.")
    check_version(row, seen)
    chosen, answered = _decision(decision), _answered(checks)
    require_move(row, chosen)
    review = _write_down(row, chosen, comment.strip(), answered, now=now, by=by)
    if chosen == D.CHANGES_REQUESTED:
        move(row, chosen, verb="postmortem.changes_requested", now=now, by=by)
        return review
    record("postmortem.review_approved", row, by=by, changes={"checks": [None, answered]})
    require_checked(settle(row, now=now, by=by))
    return review


def _write_down(
    row: Postmortem, decision: ReviewDecision, comment: str, answered: list[str], *, now: datetime, by: User
) -> Review:
    if decision == D.CHANGES_REQUESTED and not comment:
        raise ValidationError({"comment": "Say what should change."})
    review = Review(
        postmortem=row, reviewer=by, decision=decision, comment=comment, at=now, text_digest=text_digest(row)
    )
    review.clean_fields(exclude={"postmortem", "reviewer"})
    row.reviews.filter(reviewer=by, is_current=True).update(is_current=False)
    review.save()
    ReviewCheck.objects.bulk_create(ReviewCheck(review=review, item=item) for item in answered)
    return review


def _decision(decision: str) -> ReviewDecision:
    try:
        return ReviewDecision(decision)
    except ValueError as error:
        raise ValidationError({"decision": "Approve, or request changes."}) from error


def _answered(checks: Iterable[str]) -> list[str]:
    wanted = set(checks)
    if unknown := wanted - set(CheckItem.values):
        raise ValidationError({"checks": f"There is no question “{sorted(unknown)[0]}”."})
    return [item for item in CheckItem.values if item in wanted]
