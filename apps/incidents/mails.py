"""The mails about incidents: the next update is late, a private one was opened to somebody. Each is read when it is
sent: what came meanwhile unsays it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.incidents.models import Incident, IncidentGrant
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


def render_access_given(row: OutboxMail, now: datetime) -> Mail | None:
    """None once it was taken back or has ended. The title stays inside: a mail box is open to more eyes."""
    grants = IncidentGrant.objects.held_by(row.recipient, now).with_names().select_related("incident")
    grant = grants.filter(uuid=row.payload["grant"]).first()
    if grant is None or not row.recipient.is_active:
        return None
    incident = grant.incident
    subject = f"You may read {incident.key}"
    context = {
        "subject": subject,
        "key": incident.key,
        "by": grant.granted_by,
        "team": grant.team,
        "ends": f"{grant.ends_at:%H:%M} UTC, {grant.ends_at.day} {grant.ends_at:%B %Y}",
        "url": settings.BASE_URL + incident.get_absolute_url(),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/access_given.txt", context),
        html=render_to_string("emails/access_given.html", context),
    )
