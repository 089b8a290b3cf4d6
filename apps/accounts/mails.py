"""The mail to choose a password, for the forgetful and for the newly invited. Its link is made when it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.operations import reset_keys
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.notifications.models import OutboxMail


def render_password_reset(row: OutboxMail, now: datetime) -> Mail | None:
    """Nothing is left to say to somebody who was deactivated meanwhile."""
    person: User = row.recipient
    if not person.is_active:
        return None
    is_invitation = bool(row.payload.get("is_invitation"))
    subject = "Your invitation to Ballast" if is_invitation else "Choose a new password for Ballast"
    context = {"person": person, "url": _link(person), "is_invitation": is_invitation, "subject": subject}
    return Mail(
        subject=subject,
        text=render_to_string("emails/password_reset.txt", context),
        html=render_to_string("emails/password_reset.html", context),
    )


def _link(person: User) -> str:
    """Always under the configured address, whatever host the request named."""
    key = reset_keys.make_token(person)
    return settings.BASE_URL + reverse("account_reset_password_from_key", args=[person.slug, key])
