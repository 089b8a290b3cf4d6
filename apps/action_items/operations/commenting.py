"""Saying something about an item; whom it names is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.audience import names_in
from apps.action_items.models import ActionItem, ItemComment
from apps.action_items.operations.following import tell_followers, tell_mentioned
from apps.action_items.policies import can_comment, can_edit_comment, can_remove_comment
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.core.saying import said

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST, MOST_NAMED = 300, 20


@transaction.atomic
def add_comment(item: ActionItem, *, body: str, by: User, now: datetime) -> ItemComment:
    """Who is mentioned as @short-name and may see the item is told once; so are who watch it and its owner."""
    row = lock(item)
    require(can_comment(by, row), "You can read comments, but not write any.")
    if row.comments.standing().count() >= MOST:
        raise ValidationError({"body": f"There are {MOST} comments here already. Talk about it elsewhere."})
    comment = ItemComment(item=row, author=by, body=_said(body), said_at=now)
    comment.save(force_insert=True)
    record("action_item.comment_added", comment, by=by, changes={"body": [None, comment.body]})
    told = tell_mentioned(comment, now=now)
    occasion = f"comment-{comment.uuid}"
    tell_followers(row, "commented", occasion, {"comment": str(comment.uuid)}, but=told, by=by, now=now)
    return comment


@transaction.atomic
def edit_comment(comment: ItemComment, *, body: str, by: User, now: datetime) -> ItemComment:
    """Its author corrects it; what it said before stays in the audit trail. Who is mentioned only now is told."""
    row = _lock(comment)
    require(can_edit_comment(by, row), "Only its author changes a comment.")
    if row.is_removed:
        raise Conflict("This comment is removed. Write a new one.")
    diff = apply_changes(row, {"body": _said(body)})
    if diff:
        apply_changes(row, {"edited_at": now})
        record("action_item.comment_edited", row, by=by, changes=diff)
        tell_mentioned(row, now=now)
    return row


@transaction.atomic
def remove_comment(comment: ItemComment, *, by: User, now: datetime) -> ItemComment:
    """Its words go, and stay in the audit trail. Removed twice, the first name stays."""
    row = _lock(comment)
    require(can_remove_comment(by, row), "Only its author and admins remove a comment.")
    if not row.is_removed:
        diff = apply_changes(row, {"body": "", "removed_at": now, "removed_by": by})
        record("action_item.comment_removed", row, by=by, changes={"body": diff["body"]})
    return row


def _said(body: str) -> str:
    text = said(body)
    if len(names_in(text)) > MOST_NAMED:
        raise ValidationError({"body": f"At most {MOST_NAMED} people are named in one comment."})
    return text


def _lock(comment: ItemComment) -> ItemComment:
    row = lock(comment)
    row.item = comment.item
    return row
