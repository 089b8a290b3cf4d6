"""One mail as bytes: the headers every mail of ours carries, its text and its HTML.

Put together by hand: `email.message.EmailMessage` parses each header that it is given, which took longer (1.5 ms) than
a mail server takes to accept the mail, and it encodes an address longer than a line, so that no mail program could
read it in List-Unsubscribe. What is odd (other letters, long subjects, quoted names) is still left to the library.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.html import format_html

from apps.notifications import kinds, unsubscribing
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

FOOTER = "<!-- category -->"
LINE = 78  # of a header, its name included (RFC 5322)
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender() -> Sender:
    return _sender(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=10)
def _sender(named: str) -> Sender:
    return Sender(*parseaddr(named))


def as_bytes(row: OutboxMail, mail: Mail, now: datetime) -> bytes:
    """A recipient's address or a subject with a line break raises here, before anything is sent."""
    text, html = with_footer(row, mail)
    head = "".join(_header(name, value) for name, value in _headers(row, mail.subject, now))
    if not html:
        return head.encode("ascii") + _part("plain", text)
    edge = f"=_{row.uuid.hex}"  # quoted-printable never says =_
    head += f'Content-Type: multipart/alternative; boundary="{edge}"\r\n\r\n'
    parts = [_part("plain", text), _part("html", html)]
    opened = f"--{edge}\r\n".encode("ascii")
    return (
        head.encode("ascii") + b"".join(opened + part for part in parts) + f"--{edge}--\r\n".encode("ascii")
    )


def _headers(row: OutboxMail, subject: str, now: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox(sender().name, sender().address)
    yield "To", _mailbox(row.recipient.name, row.recipient.email)
    yield "Subject", _unencoded(subject)
    yield "Date", format_datetime(now)
    yield "Message-ID", row.message_id
    yield from _machine_headers(row).items()
    yield "MIME-Version", "1.0"


def _header(name: str, value: str) -> str:
    """Plain words that fit stand as they are, and so does what must not be torn, such as an address."""
    is_whole = " " not in value or len(name) + len(value) + 2 <= LINE
    if is_whole and value.isascii() and value.isprintable():
        return f"{name}: {value}\r\n"
    return str(SMTP.fold(*SMTP.header_store_parse(name, value)))


def _part(kind: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    )
    lines = b"\r\n".join(text.encode().splitlines())
    return head.encode("ascii") + b2a_qp(lines + b"\r\n")


def with_footer(row: OutboxMail, mail: Mail) -> tuple[str, str]:
    """Text and HTML. Every mail says to which category it belongs and where people choose about it."""
    found = unsubscribing.footer_of(row)
    if found is None:
        return mail.text, mail.html.replace(FOOTER, "")
    text, html = _footer(*found)
    return f"{mail.text.rstrip()}\n\n{text}\n", mail.html.replace(FOOTER, html)


@lru_cache(maxsize=100)
def _footer(label: str, address: str) -> tuple[str, str]:
    link = '<a class="m" href="{}" style="color:#59616a;">Choose how it reaches you</a>'
    return (
        f"This belongs to “{label}”. Choose how it reaches you: {address}",
        format_html(" This belongs to “{}”. " + link + ".", label, address),
    )


def _machine_headers(row: OutboxMail) -> dict[str, str]:
    """Nobody's out-of-office answers, and everybody's filter finds it."""
    category = kinds.category(row.kind)
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"Ballast {category} <{category}.{sender().domain}>",
    } | unsubscribing.headers_of(row)


def _unencoded(text: str) -> str:
    """What somebody typed never reads as an encoded word, which may hold anything, line breaks too."""
    return text.replace("=?", "= ?")


@lru_cache(maxsize=1000)
def _mailbox(name: str, address: str) -> str:
    name = _unencoded(name)
    if PLAIN_NAME.fullmatch(name) and PLAIN_ADDRESS.fullmatch(address):
        return f"{name} <{address}>"
    return str(Address(name, addr_spec=address))
