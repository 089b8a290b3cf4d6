"""The mail to a commander whose next update is late. Read when it is sent: an update that came meanwhile unsays it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.incidents.models import Incident
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_update_late(row: OutboxMail, now: datetime) -> Mail | None:
    """None once an update was posted, the incident ended, or somebody else leads it. A private title stays inside."""
    due = datetime.fromisoformat(row.payload["due"])
    visible = Incident.objects.visible_to(row.recipient)
    incident = visible.filter(key=row.payload["incident"], commander=row.recipient, update_due_at=due).first()
    if incident is None or not row.recipient.is_active:
        return None
    name = incident.key if incident.is_private else f"{incident.key} {incident.title}"
    subject = f"Update late: {name}"
    context = {
        "subject": subject,
        "name": name,
        "severity": incident.severity,
        "due": f"{due:%H:%M} UTC, {due.day} {due:%B}",
        "minutes": int((now - due).total_seconds() // 60),
        "url": settings.BASE_URL + reverse("incidents:update_new", args=[incident.key]),
        "role_url": settings.BASE_URL + reverse("incidents:role_give", args=[incident.key, "commander"]),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/update_late.txt", context),
        html=render_to_string("emails/update_late.html", context),
    )
