"""The weekly letter: last week's lessons as a mail."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import User
from apps.core.templatetags.times import duration
from apps.incidents.models import Incident
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail
from apps.postmortems.models import Postmortem
from apps.reminders.learning import Anniversary, Lessons, lessons_of

MOST = 10
PURPOSE = "ballast.learning-letter"  # a link that stops this letter does nothing else


def render_learning_letter(row: OutboxMail, now: datetime) -> Mail | None:
    """None when last week has nothing to tell this reader, or they want no letter any more."""
    is_test = bool(row.payload.get("test"))
    if not (is_test or row.recipient.gets_learning_letter):
        return None
    lessons = lessons_of(row.recipient, date.fromisoformat(row.payload["monday"]))
    if lessons.is_empty:
        return None
    subject = f"{'Test: ' if is_test else ''}{_counts(lessons)} - {_week(lessons.monday)}"
    context = {"subject": subject, "is_test": is_test, **_context(row.recipient, lessons, now)}
    return Mail(
        subject=subject,
        text=render_to_string("emails/learning_letter.txt", context),
        html=render_to_string("emails/learning_letter.html", context),
    )


def leave_address(person: User) -> str:
    """Of the page that stops the letter without signing in."""
    token = signing.dumps(person.pk, salt=PURPOSE)
    return f"{settings.BASE_URL}{reverse('reminders:leave', args=[token])}"


def reader_of(token: str) -> User | None:
    """Whose link this is; None for what was never one of ours."""
    try:
        pk: int = signing.loads(token, salt=PURPOSE)
    except signing.BadSignature:
        return None
    reader: User | None = User.objects.active().filter(pk=pk).first()
    return reader


def _context(person: User, lessons: Lessons, now: datetime) -> dict[str, Any]:
    return {
        "week": _week(lessons.monday),
        "counts": _counts(lessons),
        "incidents": [_incident_line(one, now) for one in lessons.incidents[:MOST]],
        "more": max(0, len(lessons.incidents) - MOST),
        "postmortems": [_postmortem_line(one, person) for one in lessons.postmortems[:MOST]],
        "again": _again(lessons.anniversary, person) if lessons.anniversary else None,
        "incidents_url": f"{settings.BASE_URL}{reverse('incidents:list')}?from={lessons.monday}",
        "list_url": f"{settings.BASE_URL}{reverse('postmortems:list')}?status=published",
        "profile_url": f"{settings.BASE_URL}{reverse('accounts:profile')}",
        "leave_url": leave_address(person),
    }


def _counts(lessons: Lessons) -> str:
    counts = [(len(lessons.incidents), "incident"), (len(lessons.postmortems), "new postmortem")]
    said = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    return ", ".join(said) or "From another year"


def _week(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    first = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%b}"
    return f"{first} to {sunday.day} {sunday:%b}"


def _incident_line(incident: Incident, now: datetime) -> dict[str, str]:
    services = ", ".join(sorted(service.slug for service in incident.services.all())[:3])
    lasted = duration(incident.lasted(now))
    state = f"open for {lasted}" if incident.is_open else f"lasted {lasted}"
    return {
        "title": _name(incident),
        "url": settings.BASE_URL + incident.get_absolute_url(),
        "when": f"SEV{incident.severity}, {state}",
        "facts": "" if incident.is_private else services,
    }


def _postmortem_line(row: Postmortem, person: User) -> dict[str, str]:
    version = row.published_version or 1
    return {
        "title": _title(row),
        "url": settings.BASE_URL + row.get_absolute_url(),
        "when": "Published" if version == 1 else f"Version {version} published",
        "facts": f"{row.published_at.astimezone(person.zone):%A}" if row.published_at else "",
    }


def _again(found: Anniversary, person: User) -> dict[str, str]:
    line = _postmortem_line(found.postmortem, person)
    since = "a year" if found.years == 1 else f"{found.years} years"
    if found.item:
        named = found.item.key if found.item.incident and found.item.incident.is_private else str(found.item)
        why = f"Still open from it: {named}"
    else:
        why = f"Its service was hit again: {_name(found.incident)}" if found.incident else ""
    return line | {"when": f"Published {since} ago", "facts": "", "note": why}


def _name(incident: Incident) -> str:
    """A mail leaves the house: of what is private it has the key alone."""
    return incident.key if incident.is_private else f"{incident.key} {incident.title}"


def _title(row: Postmortem) -> str:
    is_private = any(incident.is_private for incident in row.incidents.all())
    return row.key if is_private else f"{row.key} {row.title}"
