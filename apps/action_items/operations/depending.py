"""Saying which item waits for which."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, Dependency
from apps.action_items.policies import can_edit_action_item
from apps.audit.operations import record
from apps.core.engines import take_turns
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST = 30
TURN = "action_items.dependencies"


@transaction.atomic
def add_dependency(item: ActionItem, *, blocker: ActionItem, by: User, now: datetime) -> Dependency:
    """`item` waits for `blocker`, which `by` may see. Said twice it is one link; a circle is refused."""
    if item.pk == blocker.pk:
        raise ValidationError({"blocker": "An item cannot wait for itself."})
    take_turns(
        TURN
    )  # two links that make a circle together may share no item, so no row could tell them apart
    rows = lock_items(item.pk, blocker.pk)
    row, other = rows[item.pk], rows[blocker.pk]
    require(can_edit_action_item(by, row))
    _check(row, other, by=by)
    known = Dependency.objects.filter(blocked=row, blocker=other).first()
    if known:
        return known
    if Dependency.objects.is_waiting(other.pk, row.pk):
        raise ValidationError({"blocker": f"That would be a circle: {other.key} waits for {row.key}."})
    link = Dependency(blocked=row, blocker=other, at=now, by=by)
    link.save(force_insert=True)
    _tell("added", link, by=by)
    return link


@transaction.atomic
def remove_dependency(link: Dependency, *, by: User) -> None:
    """It waits no longer. Removed twice is removed."""
    rows = lock_items(link.blocked_id, link.blocker_id)
    row = Dependency.objects.filter(pk=link.pk).first()
    ends = list(rows.values())
    allowed = any(can_edit_action_item(by, end) for end in ends)
    require(allowed and ActionItem.objects.visible_to(by).filter(pk__in=rows).count() == len(ends))
    if row:
        row.blocked, row.blocker = rows[row.blocked_id], rows[row.blocker_id]
        _tell("removed", row, by=by)
        row.delete()


def lock_items(*pks: int) -> dict[int, ActionItem]:
    """Always in the same order."""
    rows = ActionItem.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def _check(row: ActionItem, other: ActionItem, *, by: User) -> None:
    if not ActionItem.objects.visible_to(by).filter(pk=other.pk).exists():
        raise ValidationError({"blocker": "There is no such action item."})
    if not row.is_live:
        raise Conflict(f"{row.key} is {row.get_status_display().lower()}: it waits for nothing any more.")
    if not other.is_live:
        raise ValidationError({"blocker": f"{other.key} is {other.get_status_display().lower()} already."})
    if row.waits_for.count() >= MOST:
        raise ValidationError({"blocker": f"At most {MOST}. Split the item instead."})


def _tell(verb: str, link: Dependency, *, by: User) -> None:
    """One event at each end, in its own scope and without the other's key: either may become private later."""
    said = [None, str(link.uuid)] if verb == "added" else [str(link.uuid), None]
    record(f"action_item.dependency_{verb}", link.blocked, by=by, changes={"waits_for": said})
    record(f"action_item.dependency_{verb}", link.blocker, by=by, changes={"holds_up": said})
