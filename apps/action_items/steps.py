"""Where one item can go next, and for whom: the buttons of its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from apps.action_items.forms.items import wanted_fields
from apps.action_items.models import Status
from apps.action_items.policies import can_drop_action_item, can_edit_action_item, can_verify_action_item

if TYPE_CHECKING:
    from collections.abc import Callable

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
MAY: dict[str, Callable[[User, ActionItem], bool]] = {
    Status.VERIFIED: can_verify_action_item,
    Status.WONT_DO: can_drop_action_item,
}


@dataclass(frozen=True, slots=True)
class Step:
    to: str
    label: str
    is_first: bool
    has_form: bool


def label_of(item: ActionItem, to: str) -> str:
    return _label(item.status, to)


def _label(status: str, to: str) -> str:
    return FROM.get((Status(status), Status(to))) or LABELS.get(Status(to), "Put back to open")


def steps_of(item: ActionItem, user: User) -> tuple[Step, ...]:
    """The first one is what usually comes next. A P0 or P1 is asked for evidence when it is done."""
    asked = {to: MAY.get(to, can_edit_action_item) for to in item.next_statuses}
    answers = {may: may(user, item) for may in set(asked.values())}
    return _steps(item.status, tuple(to for to, may in asked.items() if answers[may]), item.is_urgent)


@lru_cache(maxsize=512)
def _steps(status: str, allowed: tuple[str, ...], is_urgent: bool) -> tuple[Step, ...]:  # noqa: FBT001
    steps = [
        Step(
            str(to),
            _label(status, to),
            is_first=FIRST.get(Status(status)) == to,
            has_form=bool(wanted_fields(status, to)) and (to != Status.DONE or is_urgent),
        )
        for to in allowed
    ]
    return tuple(sorted(steps, key=lambda step: not step.is_first))
