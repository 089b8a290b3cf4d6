"""The steps of an item: adding, ticking, renaming, moving and removing one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from apps.action_items.models import ActionItem, ChecklistStep
from apps.action_items.models.checklist import LONGEST_STEP
from apps.action_items.policies import can_edit_action_item
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.ordering import number, place_at
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST = 50


@transaction.atomic
def add_step(item: ActionItem, *, text: str, by: User) -> ChecklistStep:
    """At the end of the list."""
    row = _open_to(item, by=by)
    count = row.checklist.count()
    if count >= MOST:
        raise ValidationError({"text": f"At most {MOST} steps. Split the item instead."})
    step = ChecklistStep(item=row, position=count + 1, text=_said(text))
    step.clean_fields(exclude={"item"})
    step.save(force_insert=True)
    record("action_item.step_added", step, by=by, changes={"text": [None, step.text]})
    count_steps(row)
    return step


@transaction.atomic
def edit_step(
    step: ChecklistStep, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> ChecklistStep:
    """`text`, `is_done` and `position` (from 1). Ticked twice, the first name stays; where a row stands is no part of
    its version."""
    item = _open_to(step.item, by=by)
    row = lock(step)
    row.item = item
    check_version(row, seen)
    wanted = {"text": _said(changes["text"])} if "text" in changes else {}
    if "is_done" in changes and changes["is_done"] != row.is_done:
        wanted |= _ticked(is_done=changes["is_done"], by=by, now=now)
    diff = apply_changes(row, wanted)
    if changes.get("position") is not None:
        diff |= _put_at(row, int(changes["position"]))
    if diff:
        named = {"id": [str(row.uuid), str(row.uuid)]}
        record("action_item.step_edited", row, by=by, changes=named | diff)
        count_steps(item)
    return row


@transaction.atomic
def remove_step(step: ChecklistStep, *, by: User) -> None:
    """What it said stays in the audit trail."""
    item = _open_to(step.item, by=by)
    row = lock(step)
    row.item = item
    record("action_item.step_removed", row, by=by, changes={"text": [row.text, None]})
    row.delete()
    number_steps(item)
    count_steps(item)


def number_steps(item: ActionItem) -> None:
    """From 1, without gaps."""
    item.checklist.bulk_update(number(item.checklist.all()), ["position"])


def count_steps(item: ActionItem) -> None:
    """Lists show how many are done. It is no new version of the item: who edits it is not in the way of a tick."""
    found = item.checklist.aggregate(count=Count("pk"), done=Count("pk", filter=Q(is_done=True)))
    item.checklist_count, item.checklist_done = found["count"], found["done"]
    item.save(update_fields=["checklist_count", "checklist_done"])


def _open_to(item: ActionItem, *, by: User) -> ActionItem:
    """The item, locked: whoever changes its list comes one after the other."""
    row = lock(item)
    require(can_edit_action_item(by, row))
    if row.is_final:
        raise Conflict(f"{row.key} is {row.get_status_display().lower()}: its checklist stays as it is.")
    return row


def _put_at(row: ChecklistStep, place: int) -> Diff:
    before = row.position
    changed = place_at(row, place, row.item.checklist.all())
    ChecklistStep.objects.bulk_update(changed, ["position"])
    return {"position": [before, row.position]} if before != row.position else {}


def _ticked(*, is_done: bool, by: User, now: datetime) -> dict[str, Any]:
    return {"is_done": is_done, "done_at": now if is_done else None, "done_by": by if is_done else None}


def _said(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise ValidationError({"text": "Say what this step is."})
    if len(said) > LONGEST_STEP:
        raise ValidationError({"text": f"At most {LONGEST_STEP} characters."})
    return said
