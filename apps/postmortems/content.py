"""What a postmortem says, as plain values: what reviewers approve, and what a published version holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apps.accounts.models import User
from apps.core.checksum import checksum
from apps.postmortems.document import parts_of, sections_of
from apps.postmortems.models import Postmortem, PublishedSnapshot


def text_of(row: Postmortem) -> dict[str, Any]:
    """What an approval is about. Any other value here is another text, whichever operation wrote it."""
    return {
        "title": row.title,
        "incidents": list(row.incidents.order_by("number").values_list("key", flat=True)),
        "sections": sections_of(row),
        **parts_of(row),
    }


def text_digest(row: Postmortem) -> str:
    """Without the words for categories: who renames one for everybody takes no approval back; and without the moments
    at which blocks were drawn: the same text drawn again is the same text."""
    text = text_of(row)
    for section in text["sections"]:
        section["blocks"] = [(block["kind"], block["text"]) for block in section["blocks"]]
    text["factors"] = [
        {name: said for name, said in row.items() if name != "name"} for row in text["factors"]
    ]
    return checksum(text)


def content_of(row: Postmortem) -> dict[str, Any]:
    """What a version holds. Rows with rules of their own (incidents, action items) are named by key only."""
    return text_of(row) | {
        "key": row.key,
        "owner": row.owner.slug,
        "action_items": list(row.action_items.order_by("number").values_list("key", flat=True)),
        "tags": list(row.tags.values_list("name", flat=True)),
    }


def sealed(content: dict[str, Any], *, version: int, published_at: datetime, by: User) -> dict[str, Any]:
    """With which version it is, since when and by whom: what stands above the text is under its checksum too."""
    head = {"version": version, "published_at": _moment(published_at), "published_by": by.slug}
    return content | head


def is_intact(snapshot: PublishedSnapshot) -> bool:
    """Whether a version still is what its checksum was made from, and is shown under its own head."""
    content = snapshot.content
    head = {"title": snapshot.title, "version": snapshot.version}
    head["published_at"] = _moment(snapshot.published_at)
    is_headed = all(content.get(name, value) == value for name, value in head.items())
    return is_headed and checksum(content) == snapshot.sha256


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
