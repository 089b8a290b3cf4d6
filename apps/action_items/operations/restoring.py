"""Giving an item back what it was, for who takes back a change of many: history keeps both."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from apps.action_items.models import ActionItem, Move, Redating
from apps.action_items.operations.dates import refresh_reminder
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.items import check_owner
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock, plain
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

KEPT = (
    *("status", "status_since", "owner", "team", "priority", "due_on", "first_due_on", "slip_count"),
    *("slipped_days", "blocked_by", "close_reason", "committed_at", "done_at", "done_by", "verified_at"),
    *("verifier", "evidence_url", "evidence_note", "effectiveness_check_on", "effect", "reopen_count"),
)
WHY = "Taken back: it was part of a change of many items."


def state_of(item: ActionItem) -> dict[str, Any]:
    """All that a change of many may touch, as JSON keeps it: rows by their primary key."""
    return {name: plain(getattr(item, _field(name).attname)) for name in KEPT}


def restore(item: ActionItem, *, before: dict[str, Any], seen: int, by: User, now: datetime) -> ActionItem:
    """Store `before` again; a date or an owner that comes back is reminded of anew, and who heard of the change hears
    of this. Raises StaleVersion when somebody has changed the item since, ValidationError when its owner can no longer
    own it."""
    row = lock(item)
    require(by.may_write and ActionItem.objects.visible_to(by).filter(pk=row.pk).exists())
    check_version(row, seen)
    status, due_on, owner = row.status, row.due_on, row.owner_id
    diff = apply_changes(row, _values(before) | {"due_version": row.due_version + 1})
    if "owner" in diff:
        check_owner(row)
    if row.status != status:
        move = Move.objects.create(
            item=row, at=now, by=by, from_status=status, to_status=row.status, reason=WHY
        )
        tell_followers(row, "moved", f"move-{move.pk}", {"move": move.pk}, by=by, now=now)
    if due_on and row.due_on and row.due_on != due_on:
        Redating.objects.create(item=row, at=now, by=by, from_date=due_on, to_date=row.due_on, reason=WHY)
    if row.owner_id != owner:
        occasion = f"owner-{row.due_version}"
        tell_followers(row, "given", occasion, {"owner": row.owner_id}, also=[owner], by=by, now=now)
    refresh_reminder(row, now=now)
    record("action_item.restored", row, by=by, changes=diff)
    return row


def _values(before: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(_field(name), stored) for name, stored in before.items() if name in KEPT}


def _value(field: models.Field[Any, Any], stored: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.filter(pk=stored).first() if stored else None
    return field.to_python(stored)


def _field(name: str) -> Any:
    return ActionItem._meta.get_field(name)
