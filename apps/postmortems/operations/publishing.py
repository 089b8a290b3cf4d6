"""Publishing freezes the text as version n; reopening starts the draft of version n + 1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import check_version, lock
from apps.core.permissions import require
from apps.postmortems.document import missing_titles, parts_of
from apps.postmortems.models import Postmortem, PostmortemStatus, PublishedSnapshot
from apps.postmortems.operations.indexing import index_postmortem
from apps.postmortems.operations.moving import move, require_move
from apps.postmortems.operations.obligations import meet_obligations
from apps.postmortems.operations.reviewing import decide_review, submit_for_review
from apps.postmortems.policies import can_write

P = PostmortemStatus


@transaction.atomic
def publish_postmortem(
    postmortem: Postmortem, *, seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Only an approved text with every required section; all that is missing is named at once."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    require_move(row, P.PUBLISHED)
    missing = missing_titles(row)
    if missing:
        raise ValidationError({"sections": [f"“{title}” is still empty." for title in missing]})
    version = (row.published_version or 0) + 1
    freeze(row, content=content_of(row), version=version, published_at=now, by=by)
    changes = {"published_version": version, "published_at": now}
    meet_obligations(row, by=by, now=now)
    move(row, P.PUBLISHED, verb="postmortem.published", changes=changes, now=now, by=by)
    index_postmortem(row)
    return row


def freeze(
    row: Postmortem, *, content: dict[str, Any], version: int, published_at: datetime, by: User
) -> PublishedSnapshot:
    """Version n as it was published; nothing writes it again."""
    return PublishedSnapshot.objects.create(
        postmortem=row,
        version=version,
        title=row.title,
        content=content,
        sha256=checksum(content),
        published_at=published_at,
        published_by=by,
    )


def content_of(row: Postmortem) -> dict[str, Any]:
    """What a version holds. Rows with rules of their own (incidents, action items) are named by key only."""
    sections = row.sections.all()
    return {
        "key": row.key,
        "title": row.title,
        "owner": row.owner.slug,
        "incidents": list(row.incidents.order_by("number").values_list("key", flat=True)),
        "action_items": list(row.action_items.order_by("number").values_list("key", flat=True)),
        "tags": list(row.tags.values_list("name", flat=True)),
        "sections": [
            {"slug": each.slug, "title": each.title, "kind": each.kind, "body": each.body}
            for each in sections
        ],
        **parts_of(row),
    }


def checksum(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


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
