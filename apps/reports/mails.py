"""What a successor is told: one mail of all that came to them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from apps.accounts.models import User
from apps.notifications.mail import Mail
from apps.reports.holdings import SOURCES

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

SHOWN = 40


def render_handed_over(row: OutboxMail, now: datetime) -> Mail | None:
    """What is still theirs of it, as they may see it; None when nothing is."""
    person = User.objects.filter(pk=row.payload["from"]).first()
    by = User.objects.filter(pk=row.payload["by"]).first()
    wanted = set(row.payload["rows"])
    kinds = [
        (
            source.kind.label,
            [held for held in source.held(row.recipient, row.recipient) if held.name in wanted],
        )
        for source in SOURCES
    ]
    count = sum(len(rows) for _, rows in kinds)
    if not count or person is None or by is None:
        return None
    subject = f"Yours now: {count} {'thing' if count == 1 else 'things'} of {person}"
    context = {
        "subject": subject,
        "person": person.name,
        "by": by.name,
        "kinds": [(label, rows[:SHOWN], len(rows) - SHOWN) for label, rows in kinds if rows],
        "base": settings.BASE_URL,
        "url": f"{settings.BASE_URL}/",
    }
    text, html = (render_to_string(f"emails/handed_over.{kind}", context) for kind in ("txt", "html"))
    return Mail(subject=subject, text=text, html=html)
