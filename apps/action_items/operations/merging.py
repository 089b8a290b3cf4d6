"""Several promises of the same become one, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, ChecklistStep, Dependency, Move, Status, Watch
from apps.action_items.operations import checklist
from apps.action_items.operations.dates import refresh_reminder
from apps.action_items.operations.depending import TURN, lock_items
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.moves import transition
from apps.action_items.operations.splitting import carry_lists
from apps.action_items.policies import can_edit_action_item
from apps.audit.operations import record
from apps.core.changes import apply_changes
from apps.core.engines import take_turns
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST_REASON = 1000


@transaction.atomic
def merge_action_items(
    item: ActionItem, *, merged: Sequence[ActionItem], reason: str = "", by: User, now: datetime
) -> ActionItem:
    """Others become duplicates of this one, all of them or none: closed, reminding nobody and counted no more. Their
    steps, what they wait for and hold up, who owned or watches them and what names them come along."""
    if not merged:
        raise ValidationError({"items": "Name at least one item that repeats this one."})
    take_turns(TURN)
    rows = lock_items(item.pk, *(one.pk for one in merged))
    row = rows[item.pk]
    require(can_edit_action_item(by, row))
    check_takes_others(row)
    for pk in sorted({one.pk for one in merged}):
        _absorb(row, rows[pk], reason, by=by, now=now)
    checklist.count_steps(row)
    record("action_item.absorbed", row, by=by, changes={"merged": [None, len(merged)]})
    return row


def check_takes_others(row: ActionItem) -> None:
    if not row.is_live:
        said = f"{row.key} is {row.get_status_display().lower()}. Merge into one that is open."
        raise Conflict(said, allowed=row.next_statuses)


def check_is_merged(row: ActionItem) -> None:
    if row.status != Status.DUPLICATE:
        raise Conflict(f"{row.key} is no duplicate.", allowed=row.next_statuses)


def _absorb(row: ActionItem, other: ActionItem, reason: str, *, by: User, now: datetime) -> None:
    if row.pk != other.pk and not may_merge(row, other):
        said = (
            f"{other.key}: what hangs on a private incident is merged with items of the same incident only."
        )
        raise ValidationError({"items": said})
    try:
        transition(other, to=Status.DUPLICATE, duplicate_of=row, reason=reason, by=by, now=now)
    except ValidationError as refusal:
        raise ValidationError({"items": f"{other.key}: {' '.join(refusal.messages)}"}) from refusal
    carry_lists(other, row)
    _carry_people(row, other, now=now)
    _carry_steps(row, other)
    _carry_dependencies(row, other, by=by, now=now)


def may_merge(one: ActionItem, other: ActionItem) -> bool:
    """What only some may see does not come to where others read it."""
    is_private = any(row.incident and row.incident.is_private for row in (one, other))
    return not is_private or one.incident_id == other.incident_id


def _carry_people(row: ActionItem, other: ActionItem, *, now: datetime) -> None:
    people = {*other.watches.values_list("person", flat=True), other.owner_id} - {row.owner_id, None}
    watches = [Watch(item=row, person_id=pk, since=now) for pk in sorted(filter(None, people))]
    Watch.objects.bulk_create(watches, ignore_conflicts=True)


def _carry_steps(row: ActionItem, other: ActionItem) -> None:
    """Copies, so that it can be undone."""
    count, steps = row.checklist.count(), list(other.checklist.all())
    if count + len(steps) > checklist.MOST:
        said = f"{other.key}: together they have more than {checklist.MOST} steps. Remove some first."
        raise ValidationError({"items": said})
    ChecklistStep.objects.bulk_create(
        ChecklistStep(
            **{name: getattr(step, name) for name in GIVEN_BACK},
            item=row,
            copy_of=step,
            position=count + number,
        )
        for number, step in enumerate(steps, start=1)
    )


GIVEN_BACK = ("text", "is_done", "done_at", "done_by")


def _carry_dependencies(row: ActionItem, other: ActionItem, *, by: User, now: datetime) -> None:
    """What would make a circle stays behind."""
    pairs = [(row.pk, link.blocker_id) for link in other.waits_for.all()]
    pairs += [(link.blocked_id, row.pk) for link in other.holds_up.all()]
    links = Dependency.objects
    for blocked, blocker in pairs:
        known = links.filter(blocked=blocked, blocker=blocker).exists()
        if not known and not links.is_waiting(blocker, blocked):
            links.create(blocked_id=blocked, blocker_id=blocker, at=now, by=by, came_with=other)


@transaction.atomic
def unmerge_action_item(item: ActionItem, *, reason: str, by: User, now: datetime) -> ActionItem:
    """It stands alone again, in the state it had, with what became of its steps. Who watches the other goes on doing
    so, and write-ups name both."""
    take_turns(TURN)
    into = ActionItem.objects.values_list("duplicate_of", flat=True).get(pk=item.pk)
    rows = lock_items(item.pk, into or item.pk)
    row = rows[item.pk]
    require(can_edit_action_item(by, row))
    check_is_merged(row)
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise ValidationError(
            {"reason": f"Say what it asks for beside the other, in at most {LONGEST_REASON} characters."}
        )
    if row.duplicate_of_id != into:
        raise Conflict("Somebody changed this just now. Look again.")
    other = rows[into] if into else None
    diff = apply_changes(row, _as_before(row, now))
    del diff["duplicate_of"]  # either may become private later
    step = {"from_status": Status.DUPLICATE, "to_status": row.status}
    move = Move.objects.create(item=row, at=now, by=by, reason=said, **step)
    if other:
        _give_back(row, other)
    refresh_reminder(row, now=now)
    record("action_item.unmerged", row, by=by, changes=diff | {"reason": [None, said]})
    tell_followers(row, "moved", f"move-{move.pk}", {"move": move.pk}, by=by, now=now)
    return row


def _as_before(row: ActionItem, now: datetime) -> dict[str, Any]:
    merge = row.moves.filter(to_status=Status.DUPLICATE).last()
    before = merge.from_status if merge else Status.OPEN
    block = row.moves.filter(to_status=Status.BLOCKED).last() if before == Status.BLOCKED else None
    return {
        "status": before,
        "status_since": now,
        "duplicate_of": None,
        "close_reason": "",
        "blocked_by": block.reason[:500] if block else "",
        "due_version": row.due_version + 1,
    }


def _give_back(row: ActionItem, other: ActionItem) -> None:
    """What was ticked or renamed meanwhile is so from now on in the item that it came from."""
    for copy in other.checklist.filter(copy_of__item=row).select_related("copy_of"):
        if copy.copy_of:
            apply_changes(copy.copy_of, {name: getattr(copy, name) for name in GIVEN_BACK})
        copy.delete()
    checklist.number_steps(other)
    Dependency.objects.filter(came_with=row).delete()
    for one in (row, other):
        checklist.count_steps(one)
