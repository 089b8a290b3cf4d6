"""Saying something about a section, answering, and settling it by name."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.core.saying import said
from apps.postmortems.models import Comment, Postmortem, Section
from apps.postmortems.policies import (
    can_block,
    can_comment,
    can_edit_comment,
    can_remove_comment,
    can_resolve,
)

MOST = 300
RESOLVED, OPEN = "resolved", "open"


@transaction.atomic
def add_comment(
    section: Section, *, body: str, quote: str = "", is_blocking: bool = False, now: datetime, by: User
) -> Comment:
    """Begin a thread; `quote` are words of the text that it is about. Only reviewers make one that blocks."""
    document = _open_to(section.postmortem, by=by)
    require(not is_blocking or can_block(by, document), "Only a reviewer makes a comment that blocks.")
    row = Comment(section=section, author=by, body=said(body), quote=_one_line(quote), said_at=now)
    row.is_blocking = is_blocking
    return _save(row, by=by)


@transaction.atomic
def answer_comment(comment: Comment, *, body: str, now: datetime, by: User) -> Comment:
    """An answer in the thread of `comment`; one that is settled is open again, since there is more to say."""
    _open_to(comment.section.postmortem, by=by)
    first = _lock(comment.first)
    row = _save(Comment(section=first.section, thread=first, author=by, body=said(body), said_at=now), by=by)
    _reopen(first, by=by)
    return row


@transaction.atomic
def edit_comment(comment: Comment, *, body: str, now: datetime, by: User) -> Comment:
    """Its author corrects it; what it said before stays in the audit trail."""
    row = _lock(comment)
    require(can_edit_comment(by, row), "Only its author changes a comment.")
    diff = apply_changes(row, {"body": said(body)})
    if diff:
        apply_changes(row, {"edited_at": now})
        record("postmortem.comment_edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def remove_comment(comment: Comment, *, by: User) -> None:
    """It goes, its words stay in the audit trail. A comment that was answered stays, so that answers make sense."""
    first = _lock(comment.first)
    row = first if comment.thread_id is None else _lock(comment)
    require(can_remove_comment(by, row), "Only its author and admins remove a comment.")
    if row.replies.exists():
        raise Conflict("Somebody answered, so it stays. Resolve it instead.", allowed=[RESOLVED])
    changes = {"body": [row.body, None], "quote": [row.quote, None], "is_blocking": [row.is_blocking, None]}
    record("postmortem.comment_removed", row, by=by, changes=changes)
    row.delete()


@transaction.atomic
def resolve_comment(comment: Comment, *, now: datetime, by: User) -> Comment:
    """Settle a thread; one that blocks is settled by reviewers alone. Settled twice, the first name stays."""
    row = _lock(_thread(comment))
    require(can_resolve(by, row), REVIEWERS if row.is_blocking else "Writers and who began it settle it.")
    if not row.is_resolved:
        diff = apply_changes(row, {"resolved_at": now, "resolved_by": by})
        record("postmortem.comment_resolved", row, by=by, changes=diff)
    return row


REVIEWERS = "It blocks publication, so somebody who may review settles it."


@transaction.atomic
def reopen_comment(comment: Comment, *, by: User) -> Comment:
    row = _lock(_thread(comment))
    require(can_comment(by, row.section.postmortem))
    _reopen(row, by=by)
    return row


@transaction.atomic
def set_blocking(comment: Comment, *, is_blocking: bool, by: User) -> Comment:
    """A reviewer says that the thread has to be settled before publication, or that it need not be."""
    row = _lock(_thread(comment))
    require(can_block(by, row.section.postmortem), "Only a reviewer decides what blocks.")
    diff = apply_changes(row, {"is_blocking": is_blocking})
    if diff:
        record("postmortem.comment_blocking_set", row, by=by, changes=diff)
    return row


def transition_comment(comment: Comment, *, to: str, now: datetime, by: User) -> Comment:
    """`resolved` or `open`."""
    if to == RESOLVED:
        return resolve_comment(comment, now=now, by=by)
    if to == OPEN:
        return reopen_comment(comment, by=by)
    raise ValidationError({"to": "A comment becomes “resolved”, or “open” again."})


def _open_to(postmortem: Postmortem, *, by: User) -> Postmortem:
    """The document, locked: two people who comment at once are counted one after the other."""
    document = lock(postmortem)
    require(can_comment(by, document), "You can read comments, but not write any.")
    if Comment.objects.of(document).count() >= MOST:
        raise ValidationError(
            {"body": f"There are {MOST} comments here already. Settle some in a conversation."}
        )
    return document


def _lock(comment: Comment) -> Comment:
    row = lock(comment)
    row.section = comment.section
    return row


def _thread(comment: Comment) -> Comment:
    if comment.thread_id is not None:
        raise Conflict("An answer has no state of its own. Its thread has.", allowed=[])
    return comment


def _reopen(row: Comment, *, by: User) -> None:
    diff = apply_changes(row, {"resolved_at": None, "resolved_by": None})
    if diff:
        record("postmortem.comment_reopened", row, by=by, changes=diff)


def _save(row: Comment, *, by: User) -> Comment:
    row.full_clean(exclude={"section", "author", "thread", "resolved_by"}, validate_unique=False)
    row.save(force_insert=True)
    changes = {"body": [None, row.body], "quote": [None, row.quote], "is_blocking": [None, row.is_blocking]}
    record("postmortem.comment_added", row, by=by, changes=changes)
    return row


def _one_line(quote: str) -> str:
    return " ".join(quote.split())
