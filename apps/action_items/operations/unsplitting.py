"""Taking a split back: several promises were one after all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User
from apps.action_items.models import ActionItem, Dependency, ItemComment, Split, Status
from apps.action_items.operations.depending import TURN, lock_items
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.items import edit_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.policies import can_edit_action_item
from apps.audit.operations import record
from apps.core.engines import take_turns
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_REASON = 1000


def standing_split(item: ActionItem) -> Split | None:
    """The last one that was not taken back."""
    return Split.objects.standing().filter(item=item.pk).last()


def changed_since(split: Split) -> list[ActionItem]:
    """Which of them somebody has changed since then, or, of its parts, has written to or built on."""
    tied = Q(blocked=OuterRef("pk")) | Q(blocker=OuterRef("pk"))
    following = Q(duplicate_of=OuterRef("pk")) | Q(split_from=OuterRef("pk"))
    is_built_on = (
        Exists(ItemComment.objects.filter(item=OuterRef("pk")))
        | Exists(ActionItem.objects.filter(following))
        | Exists(Dependency.objects.filter(tied, at__gt=split.at))
    )
    rows: Iterable[Any] = ActionItem.objects.filter(pk__in=split.versions).order_by("number")
    return [
        row
        for row in rows.annotate(is_built_on=is_built_on)  # type: ignore[attr-defined]
        if row.version != split.versions[str(row.pk)]
        or (row.pk != split.item_id and (row.checklist_count or row.is_built_on))
    ]


@transaction.atomic
def unsplit_action_item(item: ActionItem, *, reason: str, by: User, now: datetime) -> ActionItem:
    """The parts of its last split become duplicates of it, and it says again what it said. Refused once somebody has
    gone on from there: then what is still the same is merged, part by part."""
    take_turns(TURN)
    split = standing_split(item)
    rows = lock_items(item.pk, *map(int, split.versions if split else ()))
    row = rows.pop(item.pk)
    require(can_edit_action_item(by, row))
    if split is None:
        raise Conflict(f"{row.key} was not split, or that is taken back.", allowed=row.next_statuses)
    said = _checked(reason)
    _check_untouched(split, row, by)
    for part in rows.values():
        transition(part, to=Status.DUPLICATE, duplicate_of=row, reason=said, by=by, now=now)
    row = edit_action_item(row, changes=_as_before(split), by=by, now=now)
    split.undone_at = now
    split.save(update_fields=["undone_at"])
    keys = [part.key for part in rows.values()]
    record("action_item.unsplit", row, by=by, changes={"parts": [keys, None], "reason": [None, said]})
    tell_followers(row, "unsplit", f"unsplit-{split.pk}", {"parts": keys}, by=by, now=now)
    return row


def _checked(reason: str) -> str:
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        words = f"Say why it is one promise after all, in at most {LONGEST_REASON} characters."
        raise ValidationError({"reason": words})
    return said


def _check_untouched(split: Split, row: ActionItem, by: User) -> None:
    changed = [one.pk for one in changed_since(split)]
    if changed:
        seen = ActionItem.objects.visible_to(by).filter(pk__in=changed).order_by("number")
        named = ", ".join(seen.values_list("key", flat=True)) or "A part"
        said = f"{named} changed since then. Merge what is still the same into {row.key} instead."
        raise Conflict(said, allowed=row.next_statuses)


def _as_before(split: Split) -> dict[str, Any]:
    owner = split.before["owner"]
    return {**split.before, "owner": User.objects.filter(pk=owner).first() if owner else None}
