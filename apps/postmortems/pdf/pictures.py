"""Pictures for paper: those that a text shows and its reader may see. All others stay words."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from apps.accounts.models import User
from apps.core.markdown import ATTACHED
from apps.postmortems.models import Attachment

MOST_BYTES = 40_000_000  # of one document


def enclose_pictures(sections: list[dict[str, Any]], user: User) -> dict[str, str]:
    """Name each picture's file in its node, and return {file: content in base64}. Up to MOST_BYTES, in order."""
    nodes = list(_pictures_in(sections))
    rows = _seen_at([node["src"] for node in nodes], user)
    files: dict[str, str] = {}
    left = MOST_BYTES
    for node in nodes:
        row = rows.get(node["src"])
        name = f"{row.uuid}.{row.media_type.partition('/')[2]}" if row else ""
        if row and name not in files and row.size <= left and (content := _content(row)):
            left -= row.size
            files[name] = base64.b64encode(content).decode()
        if name in files:
            node["file"] = name
    return files


def _content(row: Attachment) -> bytes:
    """Nothing where the store has lost it."""
    try:
        with row.file.open() as stored:
            return bytes(stored.read())
    except OSError:
        return b""


def _seen_at(addresses: list[str], user: User) -> dict[str, Attachment]:
    found = {address: ATTACHED.fullmatch(address) for address in addresses}
    names = [address.rstrip("/").rpartition("/")[2] for address, match in found.items() if match]
    seen = Attachment.objects.visible_to(user).filter(media_type__startswith="image/", uuid__in=names)
    return {row.get_absolute_url(): row for row in seen.select_related("postmortem")}


def _pictures_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _pictures_in(each)
    elif isinstance(value, dict):
        if value.get("t") == "image":
            yield value
        for each in value.values():
            yield from _pictures_in(each)
