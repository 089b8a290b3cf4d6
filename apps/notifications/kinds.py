"""What config/mail.py says about a kind of mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

Renderer = Callable[["OutboxMail", datetime], Mail | None]


def renderer(kind: str) -> Renderer:
    found: Renderer = import_string(settings.MAIL_KINDS[kind]["render"])
    return found


def reader_of_many(kind: str) -> Callable[[Sequence[OutboxMail], datetime], Renderer] | None:
    """Reads what many mails of this kind say at once, and gives what writes each of them; None: one by one."""
    path = settings.MAIL_KINDS.get(kind, {}).get("read_many")
    return import_string(path) if path else None


def category(kind: str) -> str:
    return str(settings.MAIL_KINDS.get(kind, {}).get("category", "other"))


def sent_again_when_unclear() -> list[str]:
    """Kinds that a person waits for: better twice, under one Message-ID, than never."""
    return [name for name, kind in settings.MAIL_KINDS.items() if kind["promise"] == "at_least_once"]


def urgent() -> list[str]:
    return [name for name in settings.MAIL_KINDS if category(name) == "security"]


def is_paced(kind: str) -> bool:
    return bool(settings.MAIL_KINDS.get(kind, {}).get("paced"))


def paced() -> list[str]:
    return [name for name in settings.MAIL_KINDS if is_paced(name)]


def composed() -> list[str]:
    return [name for name, kind in settings.MAIL_KINDS.items() if kind.get("composed")]


def request_operation(kind: str) -> Callable[..., OutboxMail] | None:
    """What runs when a person asks for this mail themselves; None when nobody may."""
    path = settings.MAIL_KINDS.get(kind, {}).get("on_request")
    return import_string(path) if path else None


def names() -> list[str]:
    return list(settings.MAIL_KINDS)


def label(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
