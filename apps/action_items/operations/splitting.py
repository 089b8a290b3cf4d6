"""One promise that was several becomes several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, Dependency, Split, Watch
from apps.action_items.operations.depending import TURN
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.items import add_action_item, edit_action_item
from apps.action_items.policies import can_edit_action_item
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.engines import take_turns
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST = 10
OWN = ("title", "done_when", "owner", "priority", "due_on")
CARRIED = ("description", "kind", "team", "service", "incident", "source")


@transaction.atomic
def split_action_item(
    item: ActionItem,
    *,
    parts: Sequence[Mapping[str, Any]],
    keep: Mapping[str, Any] | None = None,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> list[ActionItem]:
    """The item stays as the first part, with `keep` changed; each of `parts` (fields of `OWN`; what is left out is as
    in the item) becomes a new one that comes from the same. A promise stays as late as it was: parts carry its first
    date and its slips. Whoever watches it watches them, what it waits for and holds up goes for them too; comments and
    checklist stay."""
    take_turns(TURN)
    row = lock(item)
    require(can_edit_action_item(by, row))
    check_version(row, seen)
    check_is_to_split(row)
    if not 1 <= len(parts) <= MOST:
        raise ValidationError({"parts": f"Name from one to {MOST} parts beside the item itself."})
    before = {"title": row.title, "done_when": row.done_when, "priority": row.priority, "owner": row.owner_id}
    if keep:
        row = _keep(row, keep, by=by, now=now)
    made = [_split_off(row, number, part, by=by, now=now) for number, part in enumerate(parts, start=1)]
    versions = {str(one.pk): one.version for one in (row, *made)}
    Split.objects.create(item=row, at=now, by=by, before=before, versions=versions)
    keys = [part.key for part in made]
    record("action_item.split", row, by=by, changes={"parts": [None, keys]})
    tell_followers(row, "split", f"split-{keys[0]}", {"parts": keys}, by=by, now=now)
    return made


def check_is_to_split(row: ActionItem) -> None:
    if not row.is_live:
        said = f"{row.key} is {row.get_status_display().lower()}: there is nothing left to split."
        raise Conflict(said, allowed=row.next_statuses)


def _keep(row: ActionItem, changes: Mapping[str, Any], *, by: User, now: datetime) -> ActionItem:
    try:
        return edit_action_item(row, changes=changes, by=by, now=now)
    except ValidationError as refusal:
        raise _of_part(0, refusal) from refusal


def _split_off(
    row: ActionItem, number: int, part: Mapping[str, Any], *, by: User, now: datetime
) -> ActionItem:
    own = {name: part.get(name, getattr(row, name)) for name in OWN}
    carried = {name: getattr(row, name) for name in CARRIED}
    try:
        new = add_action_item(**own, **carried, commit=row.is_committed, by=by, now=now)
    except ValidationError as refusal:
        raise _of_part(number, refusal) from refusal
    diff = apply_changes(new, {"split_from": row} | _lateness(row, new))
    record("action_item.split_off", new, by=by, changes=diff)
    carry_lists(row, new)
    _carry_ties(row, new, by=by, now=now)
    return new


def _lateness(row: ActionItem, new: ActionItem) -> dict[str, Any]:
    """Counted from the date that was promised first."""
    if row.first_due_on is None or row.due_on is None or new.due_on is None:
        return {}
    return {
        "first_due_on": row.first_due_on,
        "slip_count": row.slip_count + (new.due_on > row.due_on),
        "slipped_days": (new.due_on - row.first_due_on).days,
    }


def carry_lists(row: ActionItem, new: ActionItem) -> None:
    """Whatever names the one names the other: write-ups, and what floors above have beside."""
    for relation in ActionItem._meta.related_objects:
        if relation.many_to_many:
            name = relation.get_accessor_name() or ""
            getattr(new, name).add(*getattr(row, name).all())


def _carry_ties(row: ActionItem, new: ActionItem, *, by: User, now: datetime) -> None:
    watches = [Watch(item=new, person_id=one.person_id, since=now) for one in row.watches.all()]
    Watch.objects.bulk_create(watches)
    Dependency.objects.bulk_create(
        [Dependency(blocked=new, blocker_id=one.blocker_id, at=now, by=by) for one in row.waits_for.all()]
        + [Dependency(blocked_id=one.blocked_id, blocker=new, at=now, by=by) for one in row.holds_up.all()]
    )


def _of_part(number: int, refusal: ValidationError) -> ValidationError:
    """Its fields by the number of the part: `owner_2`."""
    if not hasattr(refusal, "error_dict"):
        return refusal
    return ValidationError({f"{name}_{number}": errors for name, errors in refusal.error_dict.items()})
