"""Which items somebody chose by their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from apps.action_items.models import ActionItem, ActionItemQuerySet
from apps.core.choosing import Choice, first_of

if TYPE_CHECKING:
    from apps.accounts.models import User


def visible_rows(user: User) -> ActionItemQuerySet:
    return ActionItem.objects.visible_to(user).lean()


def of_keys(rows: ActionItemQuerySet, keys: Iterable[str]) -> Choice[ActionItem]:
    """Those of the keys that may be seen; the rest is as unknown as what is not there."""
    wanted = {key.upper() for key in keys}
    return first_of(rows.filter(key__in=wanted).order_by("due_rank", "priority", "-pk"))
