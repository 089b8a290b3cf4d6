"""What other systems send as JSON, read with care: nothing is where it should be unless it is."""

from __future__ import annotations

import re
from typing import Any

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def line(value: object, longest: int = 300) -> str:
    """Any value as one printable line; nothing for nothing."""
    if value is None or isinstance(value, dict | list):
        return ""
    text = UNPRINTABLE.sub(" ", str(value)).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def part(payload: object, *path: str) -> dict[str, Any]:
    """The object at the end of the path; an empty one where there is none."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
