"""What people are told at once. Read when it is sent: what is no longer true is not said; private titles stay in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from apps.action_items.models import ActionItem, Status
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_assigned(row: OutboxMail, now: datetime) -> Mail | None:
    """None once it is somebody else's, or settled."""
    item = seen(row)
    if item is None or not item.is_committed or item.owner_id != row.recipient_id:
        return None
    return _mail("assigned", f"Yours now: {name_of(item)}", item)


def render_verification_asked(row: OutboxMail, now: datetime) -> Mail | None:
    """None once somebody has confirmed it, or it is open again."""
    item = seen(row)
    if item is None or item.status != Status.DONE:
        return None
    return _mail("verification_asked", f"Is it done? {name_of(item)}", item)


def seen(row: OutboxMail) -> ActionItem | None:
    rows = ActionItem.objects.visible_to(row.recipient).select_related("incident", "owner", "done_by")
    return rows.filter(key=row.payload["key"]).first()


def name_of(item: ActionItem) -> str:
    return item.key if is_private(item) else str(item)


def is_private(item: ActionItem) -> bool:
    return item.incident is not None and item.incident.is_private


def _mail(name: str, subject: str, item: ActionItem) -> Mail:
    context = {
        "subject": subject,
        "name": name_of(item),
        "item": item,
        "done_when": "" if is_private(item) else item.done_when,
        "url": settings.BASE_URL + item.get_absolute_url(),
    }
    return Mail(
        subject=subject,
        text=render_to_string(f"emails/{name}.txt", context),
        html=render_to_string(f"emails/{name}.html", context),
    )
