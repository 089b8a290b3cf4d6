"""One mail as bytes: the headers every mail of ours carries, and HTML whose style stands in its tags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

import css_inline
from django.conf import settings

from apps.notifications import kinds
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

# Rules for the dark and for the small screen cannot stand in a tag, so they stay in the head.
INLINER = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)


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
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(INLINER.inline(mail.html), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _machine_headers(row: OutboxMail) -> dict[str, str]:
    """Nobody's out-of-office answers, and everybody's filter finds it."""
    category = kinds.category(row.kind)
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"Ballast {category} <{category}.{sender().domain}>",
    }


def _mailbox(name: str, address: str) -> Address:
    return Address(name, addr_spec=address)
