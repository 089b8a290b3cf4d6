"""The comments of a document as one reader sees them: by section, each with what this reader may do."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from apps.accounts.models import User
from apps.postmortems.models import Comment, Postmortem
from apps.postmortems.policies import (
    can_block,
    can_comment,
    can_edit_comment,
    can_remove_comment,
    can_resolve,
)

Threads = Mapping[str, list[Comment]]


def threads_of(postmortem: Postmortem, user: User) -> Threads:
    """{section slug: threads, oldest first}, read once for a page; two queries, whatever there is."""
    kept: Threads | None = getattr(postmortem, "seen_threads", None)
    if kept is None:
        kept = _read(postmortem, user)
        postmortem.seen_threads = kept  # type: ignore[attr-defined]
    return kept


def _read(postmortem: Postmortem, user: User) -> Threads:
    found: dict[str, list[Comment]] = defaultdict(list)
    for thread in Comment.objects.of(postmortem).threads().with_replies():
        answers = list(thread.replies.all())
        for row in (thread, *answers):
            row.section.postmortem = postmortem
            row.may_edit = can_edit_comment(user, row)  # type: ignore[attr-defined]
            row.may_remove = can_remove_comment(user, row)  # type: ignore[attr-defined]
        thread.answers = answers  # type: ignore[attr-defined]
        thread.may_resolve = can_resolve(user, thread)  # type: ignore[attr-defined]
        found[thread.section.slug].append(thread)
    return dict(found)


def talk_about(postmortem: Postmortem, slug: str, user: User) -> dict[str, Any]:
    """What the partial below a section shows."""
    threads = threads_of(postmortem, user).get(slug, [])
    return {
        "postmortem": postmortem,
        "slug": slug,
        "once": uuid.uuid4().hex,
        "waiting": [each for each in threads if not each.is_resolved],
        "settled": [each for each in threads if each.is_resolved],
        "may_comment": can_comment(user, postmortem),
        "may_block": can_block(user, postmortem),
    }
