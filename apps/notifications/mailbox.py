"""The mails that the embedded run wrote as files, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from apps.accounts.models import User

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letter:
    name: str
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def date(self) -> datetime:
        written: datetime = self.message["Date"].datetime
        return written

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""

    def may_be_read_by(self, user: User) -> bool:
        """One's own mail; an admin of a trial run reads them all. A reset link opens an account."""
        addresses = {address.addr_spec.lower() for address in self.message["To"].addresses}
        return user.is_org_admin or user.email.lower() in addresses


def letters_for(user: User) -> list[Letter]:
    """The newest of them, newest first."""
    return list(islice((letter for letter in _all() if letter.may_be_read_by(user)), SHOWN))


def letter_for(user: User, name: str) -> Letter | None:
    path = Path(settings.MAIL_DIR) / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    letter = _read(path)
    return letter if letter.may_be_read_by(user) else None


def _all() -> Iterator[Letter]:
    return map(_read, sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True))


def _read(path: Path) -> Letter:
    return Letter(path.stem, message_from_bytes(path.read_bytes(), policy=default))
