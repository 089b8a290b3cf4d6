"""One mail as bytes: the headers every mail of ours carries, and HTML whose style stands in its tags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.html import format_html
from django.utils.module_loading import import_string

from apps.notifications import kinds, unsubscribing
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

FOOTER = "<!-- category -->"
# only who sends has to hold the library of styles
STYLING = "apps.notifications.styling.inlined"


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender() -> Sender:
    return Sender(*parseaddr(settings.DEFAULT_FROM_EMAIL))


def as_bytes(row: OutboxMail, mail: Mail, now: datetime) -> bytes:
    """A recipient's address or a subject with a line break raises here, before anything is sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(sender().name, sender().address)
    message["To"] = _mailbox(row.recipient.name, row.recipient.email)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = row.message_id
    for name, value in _machine_headers(row).items():
        message[name] = value
    text, html = _with_footer(row, mail)
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(import_string(STYLING)(html), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _with_footer(row: OutboxMail, mail: Mail) -> tuple[str, str]:
    """Every mail says to which category it belongs and where people choose about it."""
    found = unsubscribing.footer_of(row)
    if found is None:
        return mail.text, mail.html.replace(FOOTER, "")
    label, address = found
    text = f"{mail.text.rstrip()}\n\nThis belongs to “{label}”. Choose how it reaches you: {address}\n"
    link = format_html(
        ' This belongs to “{}”. <a class="m" href="{}" style="color:#59616a;">Choose how it reaches you</a>.',
        label,
        address,
    )
    return text, mail.html.replace(FOOTER, link)


def _machine_headers(row: OutboxMail) -> dict[str, str]:
    """Nobody's out-of-office answers, and everybody's filter finds it."""
    category = kinds.category(row.kind)
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"Ballast {category} <{category}.{sender().domain}>",
    } | unsubscribing.headers_of(row)


def _mailbox(name: str, address: str) -> Address:
    return Address(name, addr_spec=address)
