"""What is due as an iCalendar feed (RFC 5545).

All-day events and no VTODO: Google Calendar and Outlook show no tasks of a subscribed calendar, and Apple's Calendar
leaves them to another program. They are transparent, so that a promise makes nobody look busy.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from apps.action_items.models import ActionItem, ActionItemQuerySet, CalendarKey

MOST_EVENTS = 500
REFRESH = timedelta(hours=1)


def calendar_of(key: CalendarKey) -> bytes:
    """The promises that are still open, the next ones first. Two runs without a change give the same bytes."""
    calendar = _new("Calendar")
    name = f"Due: {key.team.name}" if key.team else "My action items"
    calendar.add("prodid", "-//Ballast//Action items//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for property_name in ("name", "x-wr-calname"):  # RFC 7986, and what programs read that do not know it
        calendar.add(property_name, name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for item in promised_by(key)[:MOST_EVENTS]:
        calendar.add_component(_event(item))
    body: bytes = calendar.to_ical()
    return body


def promised_by(key: CalendarKey) -> ActionItemQuerySet:
    """What the calendar holds, as its person may see it now."""
    rows = ActionItem.objects.visible_to(key.person).committed()
    rows = rows.of_team(key.team) if key.team else rows.owned_by(key.person)
    return rows.select_related("incident", "owner").order_by("due_on", "priority", "number")


def _event(item: ActionItem) -> Any:
    """`SEQUENCE` counts dates and owners, `LAST-MODIFIED` every change, which is also the stamp."""
    event, address = _new("Event"), settings.BASE_URL + item.get_absolute_url()
    changed = item.updated_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"action-item-{item.number}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", item.due_version - 1)
    event.add("dtstart", item.due_on)
    event.add("summary", _title(item))
    event.add("description", address)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event


def _title(item: ActionItem) -> str:
    """A calendar leaves the house and keeps what it was told: of a private incident it gets the key alone."""
    is_private = item.incident is not None and item.incident.is_private
    title = f"{item.key} (private)" if is_private else f"{item.key} {item.title}"
    return f"P{item.priority} due: {title}" if item.is_urgent else f"Due: {title}"


def _new(name: str) -> Any:
    """The library is loaded by the first request for a calendar: most web processes never need it."""
    return import_string(f"icalendar.{name}")()
