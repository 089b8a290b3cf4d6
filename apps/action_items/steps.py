"""Where one item can go next, and for whom: the buttons of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.action_items.forms import wanted_fields
from apps.action_items.models import Status
from apps.action_items.policies import can_drop_action_item, can_edit_action_item, can_verify_action_item

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.action_items.models import ActionItem

FIRST = {
    Status.PROPOSED: Status.OPEN,
    Status.OPEN: Status.DONE,
    Status.IN_PROGRESS: Status.DONE,
    Status.BLOCKED: Status.IN_PROGRESS,
    Status.DONE: Status.VERIFIED,
}
LABELS = {
    Status.IN_PROGRESS: "Start",
    Status.BLOCKED: "Mark blocked",
    Status.DONE: "Mark done",
    Status.VERIFIED: "Verify",
    Status.WONT_DO: "Won’t do",
    Status.DUPLICATE: "Mark as duplicate",
}
FROM = {
    (Status.PROPOSED, Status.OPEN): "Commit",
    (Status.DONE, Status.OPEN): "Open again",
    (Status.VERIFIED, Status.OPEN): "Open again",
    (Status.BLOCKED, Status.IN_PROGRESS): "Go on",
}
MAY = {Status.VERIFIED: can_verify_action_item, Status.WONT_DO: can_drop_action_item}


@dataclass(frozen=True, slots=True)
class Step:
    to: str
    label: str
    is_first: bool
    has_form: bool


def label_of(item: ActionItem, to: str) -> str:
    known = FROM.get((Status(item.status), Status(to)))
    return known or LABELS.get(Status(to), "Put back to open")


def steps_of(item: ActionItem, user: User) -> list[Step]:
    """The first one is what usually comes next. A P0 or P1 is asked for evidence when it is done."""
    allowed = [to for to in item.next_statuses if MAY.get(Status(to), can_edit_action_item)(user, item)]
    steps = [
        Step(
            to,
            label_of(item, to),
            is_first=FIRST.get(Status(item.status)) == to,
            has_form=bool(wanted_fields(item, to)) and (to != Status.DONE or item.is_urgent),
        )
        for to in allowed
    ]
    return sorted(steps, key=lambda step: not step.is_first)
