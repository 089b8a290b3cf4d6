"""What a delivery says, whoever sent it, and the careful reading that all adapters share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.core.payload import line

Payload = Mapping[str, Any]
Headers = Mapping[str, str]
LONGEST_KEY, LONGEST_TITLE, LONGEST_TEXT = 200, 200, 4000
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]{1,1900}", re.IGNORECASE)


class Unreadable(Exception):
    """The payload lacks what its sender always sends; the sentence says what."""


class NothingToDo(Exception):
    """Understood, and of no concern here; the sentence says why."""


@dataclass(frozen=True)
class Signal:
    """One alert began or ended. `at` is when, by the sender's clock; None where it does not say."""

    dedup: str
    is_firing: bool
    title: str
    at: datetime | None = None
    text: str = ""
    link: str = ""


def signal(
    dedup: str, *, is_firing: bool, title: str, at: datetime | None = None, text: str = "", link: object = ""
) -> Signal:
    """A signal whose parts can be stored: printable, cut to length, a link only if it is one."""
    key = line(dedup, 10_000)
    if not key:
        raise Unreadable("It lacks the key that tells one alert from another.")
    if len(key) > LONGEST_KEY:
        key = "sha256:" + hashlib.sha256(key.encode()).hexdigest()
    address = link if isinstance(link, str) and WEB_ADDRESS.fullmatch(link) else ""
    return Signal(
        dedup=key,
        is_firing=is_firing,
        title=line(title, LONGEST_TITLE) or "Alert without a name",
        at=at,
        text=text[:LONGEST_TEXT],
        link=address,
    )


def moment(value: object) -> datetime | None:
    """ISO 8601 as an aware time; None for what is none, and for Go's year 1, which means never."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC) if aware > EARLIEST else None
    except (ValueError, OverflowError):
        return None


def quoted(text: str) -> str:
    """Text of strangers inside Markdown: as it is, never as markup."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-!|~])", r"\\\1", text)
