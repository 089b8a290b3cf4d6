"""An address that the mail server refuses for good. Nothing is sent to it until the person says that it works."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from apps.audit.operations import record
from apps.core.permissions import require
from apps.notifications.models import MailAddress

if TYPE_CHECKING:
    from apps.accounts.models import User

NO_SUCH_MAILBOX = "5.1.1"
NO_ROUTE = "5.4.4"  # the domain cannot be reached now: servers say so with a code that means for good
CODE = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def code_in(words: str) -> str:
    """The enhanced status code (RFC 3463) of an answer; "" when it has none."""
    found = CODE.search(words)
    return found.group() if found else ""


def is_transient(words: str) -> bool:
    return code_in(words) == NO_ROUTE


def note_refusal(person: User, words: str, now: datetime) -> None:
    """It bounces when there is no such mailbox, or when it was refused on two different days."""
    today = now.date()
    row, _ = MailAddress.objects.get_or_create(
        user=person, defaults={"address": person.email, "refused_on": today}
    )
    if row.address != person.email:
        row.address, row.refused_on, row.bouncing_since = person.email, today, None
    row.reason = words[:300]
    if code_in(words) == NO_SUCH_MAILBOX or row.refused_on != today:
        row.bouncing_since = row.bouncing_since or now
    row.save()


def forget_refusals(person: User) -> None:
    MailAddress.objects.filter(user=person).delete()


@transaction.atomic
def confirm_address(*, by: User) -> None:
    """The person says that their address works; the next mail is tried again. Said twice it changes nothing more."""
    require(by.is_active)
    row = MailAddress.objects.select_for_update().filter(user=by).first()
    if row is None:
        return
    record("mail_address.confirmed", by, by=by, changes={"reason": [row.reason, None]})
    row.delete()
