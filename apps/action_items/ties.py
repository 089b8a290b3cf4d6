"""What an item waits for and holds up, and what does not fit, as one reader sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.action_items.models import ActionItem, Dependency, Status

if TYPE_CHECKING:
    from apps.accounts.models import User

ENDED = (Status.DONE, Status.VERIFIED)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something to look at, never a refusal. `items` are those that it is about."""

    code: str
    text: str
    items: list[ActionItem]


@dataclass(frozen=True, slots=True)
class Ties:
    waits_for: list[Dependency]
    holds_up: list[Dependency]
    warnings: list[Mismatch]


def ties_of(item: ActionItem, user: User) -> Ties:
    """What the person may see of it: one query, whatever there is."""
    links = list(Dependency.objects.visible_to(user).around(item).with_items())
    waits_for = [link for link in links if link.blocked_id == item.pk]
    holds_up = [link for link in links if link.blocker_id == item.pk]
    return Ties(waits_for, holds_up, warnings_about(item, waits_for, holds_up))


def warnings_about(
    item: ActionItem, waits_for: list[Dependency], holds_up: list[Dependency]
) -> list[Mismatch]:
    is_over = item.status in ENDED
    ahead = [link.blocker for link in waits_for if link.blocker.is_live]
    behind = [link.blocked for link in holds_up if link.blocked.is_live]
    later = [other for other in ahead if _is_due_before(item, other)]
    earlier = [other for other in behind if _is_due_before(other, item)]
    cases = (
        ("open_blockers", "It is done, and what it waited for is still open", ahead if is_over else []),
        ("due_before_blocker", "It is due before what it waits for", later),
        ("due_after_blocked", "It is due after what waits for it", earlier),
    )
    found = [Mismatch(code, f"{text}: {_named(items)}.", items) for code, text, items in cases if items]
    left = item.checklist_count - item.checklist_done if is_over else 0
    steps = f"It is done, and {left} of its {item.checklist_count} steps {'is' if left == 1 else 'are'} not ticked."
    return [*found, Mismatch("open_steps", steps, [])] if left else found


def _is_due_before(first: ActionItem, second: ActionItem) -> bool:
    both = first.is_live and second.is_live and first.due_on and second.due_on
    return bool(both and first.due_on < second.due_on)  # type: ignore[operator]  # neither is None


def _named(items: list[ActionItem]) -> str:
    return ", ".join(f"{one.key} ({_day(one)})" if one.due_on else one.key for one in items)


def _day(item: ActionItem) -> str:
    return f"due {item.due_on.day} {item.due_on:%b %Y}" if item.due_on else ""
