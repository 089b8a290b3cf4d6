"""Publishing freezes the text as version n; reopening starts the draft of version n + 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import check_version, lock
from apps.core.checksum import checksum
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.postmortems.content import content_of, sealed, text_digest
from apps.postmortems.gates import gates_of, lacks_of, next_version
from apps.postmortems.models import NEXT_STATUS, Postmortem, PostmortemStatus, PublishedSnapshot
from apps.postmortems.operations.approvals import withdraw_approvals
from apps.postmortems.operations.indexing import index_postmortem
from apps.postmortems.operations.moving import move, require_move
from apps.postmortems.operations.obligations import meet_obligations
from apps.postmortems.operations.reviewing import decide_review, submit_for_review
from apps.postmortems.operations.telling import tell_readers
from apps.postmortems.policies import can_write

P = PostmortemStatus


@transaction.atomic
def publish_postmortem(
    postmortem: Postmortem, *, seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Only an approved text through which every gate is open; all that is missing is named at once."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    require_move(row, P.PUBLISHED)
    _require_approved_text(row)
    _require_open_gates(row, by)
    version = next_version(row)
    freeze(row, content=content_of(row), version=version, published_at=now, by=by)
    changes = {"published_version": version, "published_at": now}
    meet_obligations(row, by=by, now=now)
    move(row, P.PUBLISHED, verb="postmortem.published", changes=changes, now=now, by=by)
    tell_readers(row, now=now, by=by)
    index_postmortem(row)
    return row


def _require_approved_text(row: Postmortem) -> None:
    """Whichever operation wrote it: what was approved is what is published."""
    digests = set(row.reviews.filter(is_current=True).values_list("text_digest", flat=True))
    if digests - {"", text_digest(row)}:
        raise Conflict("The text is not the one that was approved.", allowed=[P.DRAFT])


def _require_open_gates(row: Postmortem, by: User) -> None:
    lacks = lacks_of(row, gates_of(row, by))
    if lacks:
        errors: dict[str, list[str]] = {}
        for lack in lacks:
            errors.setdefault(str(lack.name), []).append(lack.message)
        missing = [lack.message for lack in lacks]
        raise Conflict(
            "Not ready to be published.", allowed=NEXT_STATUS[row.status], missing=missing, errors=errors
        )


def freeze(
    row: Postmortem, *, content: dict[str, Any], version: int, published_at: datetime, by: User
) -> PublishedSnapshot:
    """Version n as it was published; nothing writes it again. Its checksum is of all that the version shows."""
    content = sealed(content, version=version, published_at=published_at, by=by)
    return PublishedSnapshot.objects.create(
        postmortem=row,
        version=version,
        title=row.title,
        content=content,
        sha256=checksum(content),
        published_at=published_at,
        published_by=by,
    )


@transaction.atomic
def return_to_draft(
    postmortem: Postmortem, *, seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Withdraw from review, take back an approval, or begin a new version of a published text."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    verb = "postmortem.reopened" if row.status == P.PUBLISHED else "postmortem.withdrawn"
    require_move(row, P.DRAFT)
    if row.status != P.PUBLISHED:
        withdraw_approvals(row, now=now, by=by)
    row.reviews.update(is_current=False)
    return move(row, P.DRAFT, verb=verb, now=now, by=by)


@transaction.atomic
def transition_postmortem(
    postmortem: Postmortem, *, to: str, reason: str = "", seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Any move by the name of its end; `reason` is the reviewer's comment."""
    if to in {P.APPROVED, P.CHANGES_REQUESTED}:
        return decide_review(postmortem, decision=to, comment=reason, seen=seen, now=now, by=by).postmortem
    verbs: dict[str, Callable[..., Postmortem]] = {
        P.DRAFT: return_to_draft,
        P.IN_REVIEW: submit_for_review,
        P.PUBLISHED: publish_postmortem,
    }
    if to not in verbs:
        require_move(lock(postmortem), to)
    return verbs[to](postmortem, seen=seen, now=now, by=by)
