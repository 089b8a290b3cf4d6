"""Changing many action items at once: each by its own operation, refused one by one, and taken back for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, BulkChange, BulkRow, Status
from apps.action_items.operations.dates import redate
from apps.action_items.operations.items import edit_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.operations.restoring import restore, state_of
from apps.action_items.policies import can_undo_bulk_change
from apps.audit.operations import record
from apps.core.changes import delete_in_batches, difference, lock
from apps.core.choosing import MOST_ROWS
from apps.core.many import Outcome, refused, try_one
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

Chosen = Sequence[tuple[ActionItem, int | None]]
"""Items, each with the version that was looked at; None when nobody looked."""


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is to change; what is left out stays as it is. `changes` may name owner, team and priority. `due_on` moves
    a promised date, which needs `reason`, and sets that of a proposal. `to` is a move of the status."""

    changes: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    to: str = ""
    reason: str = ""
    evidence_note: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.due_on or self.to)

    def in_words(self) -> dict[str, str]:
        names = {name: _word(name, value) for name, value in self.changes.items()}
        more = {"due_on": _word("due_on", self.due_on), "status": _word("status", self.to)}
        said = {"reason": self.reason, "evidence": self.evidence_note}
        return names | {name: text for name, text in (more | said).items() if text}


def preview_bulk_change(
    chosen: Chosen, wish: BulkWish, *, by: User, now: datetime
) -> list[Outcome[ActionItem]]:
    """What `apply_bulk_change` would do, found out by doing it and rolling it all back."""
    _check(chosen, wish, by)
    with transaction.atomic():
        outcomes = _change_each(chosen, wish, by=by, now=now)
        transaction.set_rollback(True)
    return outcomes


@transaction.atomic
def apply_bulk_change(chosen: Chosen, wish: BulkWish, *, by: User, now: datetime) -> BulkChange:
    """Change what can be changed; each refusal is kept beside its item. All in one transaction."""
    _check(chosen, wish, by)
    change = BulkChange.objects.create(by=by, at=now, wish=wish.in_words())
    outcomes = _change_each(chosen, wish, by=by, now=now)
    BulkRow.objects.bulk_create(
        BulkRow(change=change, item=outcome.item, **outcome.kept()) for outcome in outcomes
    )
    changed = sum(1 for outcome in outcomes if outcome.before)
    record("bulk_change.applied", change, by=by, changes=change.wish | {"action_items": [None, changed]})
    return change


@transaction.atomic
def undo_bulk_change(change: BulkChange, *, by: User, now: datetime) -> BulkChange:
    """Give back what nobody has changed since; beside each other item stands why not."""
    row = lock(change)
    require(can_undo_bulk_change(by, row), "Who changed them can take it back.")
    row.check_undo(now)
    undone = [_undo_one(each, by=by, now=now) for each in _in_order(row)]
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    record("bulk_change.undone", row, by=by, changes={"action_items": [None, sum(undone)]})
    return row


def forget_old_bulk_changes(now: datetime) -> int:
    """What changed stays in the history of each item, too."""
    return delete_in_batches(BulkChange.objects.forgettable(now))


def _check(chosen: Chosen, wish: BulkWish, by: User) -> None:
    require(by.may_write, "You can read action items, but not change any.")
    if wish.is_empty:
        raise ValidationError("Say what is to change.")
    if len(chosen) > MOST_ROWS:
        raise ValidationError(f"At most {MOST_ROWS} action items change at once.")


def _change_each(chosen: Chosen, wish: BulkWish, *, by: User, now: datetime) -> list[Outcome[ActionItem]]:
    """All are locked first and in one order, so that two such changes at once wait for each other."""
    numbers = [item.pk for item, _ in chosen]
    rows = ActionItem.objects.filter(pk__in=numbers).select_for_update(of=("self",)).order_by("pk")
    stored = {row.pk: row for row in rows.select_related("owner", "team")}
    return [
        try_one(
            stored[item.pk],
            partial(_take_steps, seen=seen, wish=wish, by=by, now=now),
            told=_told,
            state_of=state_of,
        )
        for item, seen in chosen
    ]


def _take_steps(row: ActionItem, *, seen: int | None, wish: BulkWish, by: User, now: datetime) -> ActionItem:
    """Fields first, then the date, then the move: whoever commits a proposal gives it its owner and date so. What
    somebody looked at counts for the first step; those that follow are ours."""
    changes = dict(wish.changes)
    if wish.due_on and row.status == Status.PROPOSED:
        changes["due_on"] = wish.due_on
    if changes:
        row, seen = edit_action_item(row, changes=changes, seen=seen, by=by, now=now), None
    if wish.due_on and difference(row, {"due_on": wish.due_on}):
        row, seen = redate(row, due_on=wish.due_on, reason=wish.reason, seen=seen, by=by, now=now), None
    if wish.to and row.status != wish.to:
        more: dict[str, Any] = {"reason": wish.reason, "evidence_note": wish.evidence_note}
        row = transition(row, to=wish.to, **more, seen=seen, by=by, now=now)
    return row


def _told(row: ActionItem) -> dict[str, str]:
    names = ("status", "owner", "team", "priority", "due_on")
    return {name: _word(name, getattr(row, name)) for name in names}


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "status":
        return str(Status(value).label)
    if name == "priority":
        return f"P{value}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _in_order(change: BulkChange) -> list[BulkRow]:
    """What was changed, its items locked."""
    rows = [row for row in change.rows.order_by("item") if row.before]
    items = ActionItem.objects.filter(pk__in=[row.item_id for row in rows])
    list(items.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return rows


def _undo_one(row: BulkRow, *, by: User, now: datetime) -> bool:
    why = refused(lambda: restore(row.item, before=row.before, seen=row.version, by=by, now=now))
    if why:
        row.undo_refusal = why
        row.save(update_fields=["undo_refusal"])
    return not why
