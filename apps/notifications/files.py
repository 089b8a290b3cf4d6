"""Without a mail server mails become files: whole or not at all, under a name that sorts by time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from apps.notifications.answers import Later, ServerTrouble


class FilePost:
    def open(self) -> None:
        try:
            Path(settings.MAIL_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ServerTrouble(f"the folder for mail cannot be made: {error.strerror}") from error

    def offer(self, _sender: str, _recipient: str) -> None:
        self.open()

    def data(self, content: bytes, meanwhile: Callable[[], None]) -> None:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
        unfinished = Path(settings.MAIL_DIR) / f"{name}.part"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(unfinished.with_suffix(".eml"))
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise Later(f"the mail could not be written: {error.strerror}") from error
        meanwhile()

    def drop(self) -> None:
        pass

    def close(self) -> None:
        pass
