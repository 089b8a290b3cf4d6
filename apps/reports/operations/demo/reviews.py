"""What is under review now: who is asked, who has answered what, and a gate that somebody answers for."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.postmortems.content import text_digest
from apps.postmortems.gates import gates_of, next_version
from apps.postmortems.models import (
    CheckItem,
    GateException,
    Postmortem,
    PostmortemStatus,
    Review,
    ReviewCheck,
    ReviewDecision,
    Reviewer,
)
from apps.postmortems.operations.reviewers import proposals
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.reviews import APPROVALS, EXCEPTED

P = PostmortemStatus
UNDER_WAY = (P.IN_REVIEW, P.CHANGES_REQUESTED, P.APPROVED)
HALF = 3  # questions that the first reviewer has answered so far


def make_reviews(stage: Stage) -> None:
    """Nobody is mailed about what happened days ago, so only `asked_at` says that they were."""
    for row in Postmortem.objects.filter(status__in=UNDER_WAY).with_people().order_by("number"):
        seats = _seats(row)
        if row.status == P.APPROVED:
            for place, person in enumerate(seats):
                _approve(row, person, list(CheckItem)[place::2], row.status_since)
            _except(stage, row)
        elif row.status == P.IN_REVIEW and len(seats) > 1:
            at = min(row.status_since + timedelta(hours=3), stage.now)
            _approve(row, seats[0], list(CheckItem)[:HALF], at, comment=APPROVALS[1])


def _seats(row: Postmortem) -> list[User]:
    said = [review.reviewer for review in row.reviews.filter(is_current=True).select_related("reviewer")]
    people = said + proposals(row, said, now=row.status_since)
    Reviewer.objects.bulk_create(
        Reviewer(postmortem=row, person=person, asked_at=row.status_since) for person in people
    )
    return people


def _approve(row: Postmortem, person: User, items: list[CheckItem], at: datetime, comment: str = "") -> None:
    said = row.reviews.filter(reviewer=person, is_current=True).first()
    review = said or Review(postmortem=row, reviewer=person, comment=comment, at=at)
    review.decision, review.text_digest = ReviewDecision.APPROVED, text_digest(row)
    review.save()
    ReviewCheck.objects.bulk_create(ReviewCheck(review=review, item=item) for item in items)


def _except(stage: Stage, row: Postmortem) -> None:
    for gate in gates_of(row, stage.admin.user):
        if gate.is_closed:
            GateException.objects.create(
                postmortem=row,
                gate=gate.gate,
                version=next_version(row),
                reason=EXCEPTED,
                approver=stage.admin.user,
                at=row.status_since,
            )
