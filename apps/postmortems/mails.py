"""What reviewers are told. Read when it is sent: what is no longer true is not said. A private title stays inside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string

from apps.notifications.mail import Mail
from apps.postmortems.models import Postmortem, PostmortemStatus, ReviewDecision

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_review_asked(row: OutboxMail, now: datetime) -> Mail | None:
    """None once they have decided, are asked no more, or the review is over."""
    found = _seen(row)
    if found is None or found.status != PostmortemStatus.IN_REVIEW:
        return None
    is_waited_for = found.reviewers.filter(person=row.recipient).exists()
    if not is_waited_for or found.reviews.filter(reviewer=row.recipient, is_current=True).exists():
        return None
    return _mail("review_asked", f"Review: {name_of(found)}", found)


def render_approval_lost(row: OutboxMail, now: datetime) -> Mail | None:
    """None once they have approved the new text."""
    found = _seen(row)
    if found is None:
        return None
    approvals = found.reviews.filter(is_current=True, decision=ReviewDecision.APPROVED)
    if approvals.filter(reviewer=row.recipient).exists():
        return None
    in_review = found.status == PostmortemStatus.IN_REVIEW
    subject = f"Changed since you approved it: {name_of(found)}"
    return _mail("approval_lost", subject, found, in_review=in_review)


def render_published(row: OutboxMail, now: datetime) -> Mail | None:
    """None once a newer version is out: that one has a mail of its own."""
    found = _seen(row)
    if found is None or found.published_version != row.payload["version"]:
        return None
    duty = found.duties.filter(version=found.published_version or 0, person=row.recipient).first()
    version = found.published_version or 1
    words = "Published" if version == 1 else f"Version {version}"
    is_asked = duty is not None and duty.acknowledged_at is None
    return _mail(
        "postmortem_published", f"{words}: {name_of(found)}", found, is_asked=is_asked, version=version
    )


def name_of(postmortem: Postmortem) -> str:
    """Key and title; of what is private the key alone."""
    is_private = postmortem.incidents.filter(is_private=True).exists()
    return postmortem.key if is_private else f"{postmortem.key} {postmortem.title}"


def _seen(row: OutboxMail) -> Postmortem | None:
    visible = Postmortem.objects.visible_to(row.recipient).with_people()
    return visible.filter(key=row.payload["postmortem"]).first() if row.recipient.is_active else None


def _mail(template: str, subject: str, postmortem: Postmortem, **more: Any) -> Mail:
    context = {
        "subject": subject,
        "name": name_of(postmortem),
        "owner": postmortem.owner.name,
        "url": settings.BASE_URL + postmortem.get_absolute_url(),
        **more,
    }
    text, html = (render_to_string(f"emails/{template}.{kind}", context) for kind in ("txt", "html"))
    return Mail(subject=subject, text=text, html=html)
