"""What the reading page of a postmortem shows to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.postmortems.document import Reading, published_readings, readings_of
from apps.postmortems.models import NEXT_STATUS, BlockKind, Postmortem, PostmortemStatus
from apps.postmortems.policies import can_choose_readers, can_review, can_write
from apps.postmortems.readership import readership_of
from apps.postmortems.review_page import review_context

P = PostmortemStatus
CLOSED = {"done", "verified", "wont_do", "duplicate"}


def document_context(postmortem: Postmortem, user: User, *, wants_draft: bool) -> dict[str, Any]:
    """Writers and asked reviewers see the draft; readers the version that was published, until the next one is."""
    writes, status = can_write(user, postmortem), postmortem.status
    shows_published = reads_published(postmortem, user, writes=writes or wants_draft)
    sections = readings_of(postmortem)
    edits = writes and status != P.PUBLISHED and not shows_published
    shown = _published(postmortem) if shows_published else sections
    items = list(ActionItem.objects.visible_to(user).filter(postmortems=postmortem).with_people())
    return {
        "postmortem": postmortem,
        "severity": min((incident.severity for incident in postmortem.seen_incidents), default=None),  # type: ignore[attr-defined]
        "sections": [each for each in shown if edits or not each.is_empty],
        "shows_published": shows_published,
        "can_write": writes,
        "can_edit": edits,
        "undrawn": undrawn(block["kind"] for each in sections for block in each.blocks) if edits else [],
        "can_review": status == P.IN_REVIEW and can_review(user, postmortem),
        "moves": moves_of(postmortem) if writes else [],
        "unsaid": postmortem.unsaid_impact if edits else [],
        **review_context(postmortem, user),
        "readership": readership_of(postmortem, user) if shows_published else None,
        "can_choose_readers": can_choose_readers(user, postmortem),
        "items": items,
        "closed_count": sum(item.status in CLOSED for item in items),
        "versions": list(postmortem.snapshots.defer("content").select_related("published_by")),
    }


def reads_published(postmortem: Postmortem, user: User, *, writes: bool) -> bool:
    """Readers are shown the version that was published until the next one is; who writes or reviews that, the draft."""
    if postmortem.published_version is None or postmortem.status == P.PUBLISHED:
        return postmortem.published_version is not None
    is_asked = postmortem.status == P.IN_REVIEW and postmortem.reviewers.filter(person=user).exists()
    return not (writes or is_asked)


def undrawn(drawn: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, words) of what a document does not show of its incidents yet: each kind stands in it once."""
    there = set(drawn)
    return [(kind, label) for kind, label in BlockKind.choices if kind not in there]


def _published(postmortem: Postmortem) -> list[Reading]:
    snapshot = postmortem.snapshots.get(version=postmortem.published_version or 0)
    return published_readings(snapshot.content)


def moves_of(postmortem: Postmortem) -> list[tuple[str, str]]:
    """(status, words of the button) for what a writer may do next; deciding a review is not theirs."""
    number = (postmortem.published_version or 0) + 1
    words = {
        P.IN_REVIEW: "Ask for review",
        P.PUBLISHED: "Publish" if number == 1 else f"Publish version {number}",
    }
    back = f"Start version {number}" if postmortem.status == P.PUBLISHED else "Take back to draft"
    labels = {**words, P.DRAFT: back}
    return [(to, labels[P(to)]) for to in NEXT_STATUS[postmortem.status] if to in labels]
