"""How far the review of a text has come: who has approved it, what the rule still asks, what nobody has checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from apps.accounts.models import User
from apps.postmortems.content import text_digest
from apps.postmortems.models import CheckItem, Postmortem, Review, ReviewDecision
from apps.postmortems.review_rule import Need, needs_of, unmet


class Seat(NamedTuple):
    """A named reviewer; `review` is what they decided about the text as it is, None while it is waited for."""

    person: User
    asked_at: datetime | None
    review: Review | None

    @property
    def has_approved(self) -> bool:
        return self.review is not None and self.review.decision == ReviewDecision.APPROVED


class Rule(NamedTuple):
    """`is_named`: somebody who could is named or has approved already; `is_met`: somebody who could has approved."""

    need: Need
    is_named: bool
    is_met: bool


class Check(NamedTuple):
    item: CheckItem
    by: list[User]

    @property
    def label(self) -> str:
        return str(self.item.label)


@dataclass(frozen=True)
class ReviewState:
    seats: list[Seat]
    rules: list[Rule]
    checks: list[Check]
    approvals: list[Review]

    @property
    def unchecked(self) -> list[Check]:
        return [check for check in self.checks if not check.by]

    @property
    def is_agreed(self) -> bool:
        """Everybody named has approved this text, and so has everybody whom the rule asks for."""
        return (
            bool(self.approvals)
            and all(seat.has_approved for seat in self.seats)
            and all(rule.is_met for rule in self.rules)
        )

    @property
    def is_complete(self) -> bool:
        return self.is_agreed and not self.unchecked


def state_of(postmortem: Postmortem, today: date) -> ReviewState:
    """Five statements, and two more where the rule names reviewers."""
    digest = text_digest(postmortem)
    about_it = postmortem.reviews.filter(is_current=True, text_digest__in=["", digest])
    current = list(about_it.select_related("reviewer").prefetch_related("checks"))
    approvals = [review for review in current if review.decision == ReviewDecision.APPROVED]
    seats = _seats(postmortem, current)
    needs = needs_of(postmortem, today)
    agreed = {review.reviewer_id for review in approvals}
    unnamed = unmet(needs, agreed | {seat.person.pk for seat in seats})
    missing = unmet(needs, agreed)
    rules = [Rule(need, need not in unnamed, need not in missing) for need in needs]
    return ReviewState(seats, rules, [_check(item, approvals) for item in CheckItem], approvals)


def _seats(postmortem: Postmortem, current: list[Review]) -> list[Seat]:
    """The last decision of each named reviewer counts."""
    said = {review.reviewer_id: review for review in current}
    rows = postmortem.reviewers.select_related("person")
    return [Seat(row.person, row.asked_at, said.get(row.person_id)) for row in rows]


def _check(item: CheckItem, approvals: list[Review]) -> Check:
    by = [review.reviewer for review in approvals if item in {check.item for check in review.checks.all()}]
    return Check(item, by)
