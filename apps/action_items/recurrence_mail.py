"""What the leads of a team are told when something of theirs that is still open would have helped."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from apps.action_items.models import ActionItem, Recurrence
from apps.incidents.models import Incident
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail


def render_recurrence(row: OutboxMail, now: datetime) -> Mail | None:
    """None when it was taken back meanwhile, or the person may not see one of the two any more."""
    facts = Recurrence.objects.visible_to(row.recipient).standing().with_all()
    fact = facts.filter(uuid=row.payload["recurrence"]).first()
    if fact is None:
        return None
    item, incident = fact.action_item, fact.incident
    subject = f"{item.key} would have helped in {incident.key}"
    context = {
        "subject": subject,
        "item": _name_of_item(item),
        "incident": _name_of_incident(incident),
        "late": _late(fact.days_overdue),
        "priority": item.get_priority_display(),
        "was_raised": fact.priority_before > item.priority,
        "item_url": settings.BASE_URL + item.get_absolute_url(),
        "fact_url": settings.BASE_URL + fact.get_absolute_url(),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/recurrence.txt", context),
        html=render_to_string("emails/recurrence.html", context),
    )


def _name_of_item(item: ActionItem) -> str:
    """A mail leaves the house: of what is private it has the key alone."""
    return item.key if item.incident and item.incident.is_private else f"{item.key} {item.title}"


def _name_of_incident(incident: Incident) -> str:
    return incident.key if incident.is_private else f"{incident.key} {incident.title}"


def _late(days: int) -> str:
    return f"It was {days} {'day' if days == 1 else 'days'} overdue when the incident began." if days else ""
