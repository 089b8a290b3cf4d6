"""What the page of an unpublished text shows of its review and of the gates before its publication."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.postmortems.gates import gates_of, lacks_of
from apps.postmortems.models import Postmortem, PostmortemStatus
from apps.postmortems.policies import can_choose_reviewers, can_except, can_take_back
from apps.postmortems.review_state import state_of

P = PostmortemStatus


def review_context(postmortem: Postmortem, user: User) -> dict[str, Any]:
    reviews = list(postmortem.reviews.select_related("reviewer").prefetch_related("checks"))
    if postmortem.status == P.PUBLISHED:
        return {"reviews": reviews, "review": None}
    gates = gates_of(postmortem, user)
    own = [each for each in reviews if each.is_current and each.reviewer_id == user.pk]
    return {
        "reviews": reviews,
        "my_review": own[-1] if own else None,
        "review": state_of(postmortem, timezone.localdate()),
        "gates": gates,
        "lacks": lacks_of(postmortem, gates),
        "can_choose_reviewers": can_choose_reviewers(user, postmortem),
        "can_except": can_except(user, postmortem),
        "mine_to_close": {
            each.gate for each in gates if each.exception and can_take_back(user, each.exception)
        },
        "used": set(postmortem.exceptions.values_list("gate", flat=True)),
    }
