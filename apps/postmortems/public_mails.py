"""Mails about public versions. A postmortem that has one is of no private incident; one that became private since is
mailed about no more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from apps.notifications.mail import Mail
from apps.postmortems.models import Postmortem, PublicStatus, PublicVersion
from apps.postmortems.policies import can_approve_public, can_read_public_draft
from apps.postmortems.public_rule import why_not_public

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_public_review_asked(row: OutboxMail, now: datetime) -> Mail | None:
    """None once it was decided, or the recipient may not approve it any more."""
    version = _current(row)
    if version is None or version.status != PublicStatus.IN_REVIEW:
        return None
    if not can_approve_public(row.recipient, version):
        return None
    return _mail("public_review_asked", f"For everybody to read: {version.postmortem.key}", version)


def render_public_approval_lost(row: OutboxMail, now: datetime) -> Mail | None:
    """None once it is approved again, or shown."""
    version = _current(row)
    if version is None or version.status not in {PublicStatus.DRAFT, PublicStatus.IN_REVIEW}:
        return None
    if not can_read_public_draft(row.recipient, version.postmortem):
        return None
    return _mail("public_approval_lost", f"Changed since you approved it: {version.postmortem.key}", version)


def _current(row: OutboxMail) -> PublicVersion | None:
    visible = Postmortem.objects.visible_to(row.recipient).filter(key=row.payload["postmortem"])
    found = PublicVersion.objects.select_related("postmortem__owner").filter(postmortem__in=visible).first()
    return found if found and row.recipient.is_active and not why_not_public(found.postmortem) else None


def _mail(template: str, subject: str, version: PublicVersion) -> Mail:
    context = {
        "subject": subject,
        "name": f"{version.postmortem.key} {version.title}",
        "url": settings.BASE_URL + version.get_absolute_url(),
    }
    text, html = (render_to_string(f"emails/{template}.{kind}", context) for kind in ("txt", "html"))
    return Mail(subject=subject, text=text, html=html)
