"""What the sender needs of a way out, and the ways a way out can refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.conf import settings

from apps.notifications.files import FilePost
from apps.notifications.smtp import SmtpPost


class Post(Protocol):
    """offer() asks whether the recipient is taken, data() hands the text over,
    with time to do something while no answer has come; one connection serves many mails."""

    def open(self) -> None: ...

    def offer(self, sender: str, recipient: str) -> None: ...

    def data(self, content: bytes, meanwhile: Callable[[], None]) -> None: ...

    def drop(self) -> None: ...

    def close(self) -> None: ...


def post() -> Post:
    return SmtpPost() if settings.EMAIL_HOST else FilePost()
