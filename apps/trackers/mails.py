"""Somebody's tracker no longer works. Read when it is sent: what works again is not said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from apps.notifications.mail import Mail
from apps.trackers.models import Connection

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_tracker_trouble(row: OutboxMail, now: datetime) -> Mail | None:
    connection = Connection.objects.filter(uuid=row.payload["tracker"], is_enabled=True).first()
    if connection is None or not connection.trouble:
        return None
    subject = f"{connection.get_kind_display()} no longer answers: {connection.name}"
    context = {
        "subject": subject,
        "connection": connection,
        "url": settings.BASE_URL + connection.get_absolute_url(),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/tracker_trouble.txt", context),
        html=render_to_string("emails/tracker_trouble.html", context),
    )
