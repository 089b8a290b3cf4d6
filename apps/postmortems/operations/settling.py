"""A review that has everything it needs is over."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.postmortems.models import Postmortem, PostmortemStatus
from apps.postmortems.operations.moving import move
from apps.postmortems.review_state import ReviewState, state_of


def settle(row: Postmortem, *, now: datetime, by: User) -> ReviewState:
    """Approve a locked text in review once everybody has who must, and every question is answered by one of them."""
    state = state_of(row, now.date())
    if state.is_complete:
        move(row, PostmortemStatus.APPROVED, verb="postmortem.approved", now=now, by=by)
    return state


def require_checked(state: ReviewState) -> None:
    """The last approval is the one that has to answer what nobody has."""
    if state.is_agreed and state.unchecked:
        left = [f"Nobody has confirmed yet: {check.label}." for check in state.unchecked]
        advice = "Tick what you have checked yourself, or request changes."
        raise ValidationError({"checks": [*left, advice]})
