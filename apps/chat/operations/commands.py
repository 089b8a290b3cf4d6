"""What each word does: the same operations as every other door, with the rights of who typed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from apps.accounts.models import User
from apps.chat.words import Words
from apps.incidents.models import Incident, IncidentStatus, Severity
from apps.incidents.operations import declare_incident, note_reading, post_update, transition_incident
from apps.services.models import Service

SEVERITY = re.compile(r"sev([1-4])\b[:,]?\s*", re.IGNORECASE)
SERVICE = re.compile(r"(?:^|\s)@([\w-]+)")
KEY = re.compile(r"INC-\d{1,9}", re.IGNORECASE)
SHOWN = 10


class Wrong(Exception):
    """What was typed is not enough; the sentence, ready for the chat, says what is missing."""


def declare(text: str, words: Words, *, by: User, now: datetime) -> str:
    found = SEVERITY.match(text)
    severity = int(found[1]) if found else Severity.SEV3
    rest = text[found.end() :] if found else text
    services = _services(SERVICE.findall(rest), words, by=by)
    title = " ".join(SERVICE.sub(" ", rest).split())
    if not title:
        raise Wrong(f"Say what is wrong: `{words.command} declare sev2 Checkout is slow @checkout`")
    row = declare_incident(title=title, severity=severity, services=services, by=by, now=now)
    return f"Declared {words.incident(row)} as SEV{row.severity}."


def _services(slugs: list[str], words: Words, *, by: User) -> list[Service]:
    found = list(Service.objects.visible_to(by).in_use().filter(slug__in={slug.lower() for slug in slugs}))
    unknown = sorted({slug.lower() for slug in slugs} - {service.slug for service in found})
    if unknown:
        raise Wrong(f"There is no service {words.plain(', '.join(unknown))}. Nothing was declared.")
    return found


def update(text: str, words: Words, *, by: User, now: datetime) -> str:
    row, said = _incident(text, words, by=by, verb="update", now=now)
    if not said:
        raise Wrong(f"Say how it is: `{words.command} update {row.key} Rolling back`")
    post_update(row, conditions=said, by=by, now=now)
    return f"Posted to {words.incident(row)}."


def resolve(text: str, words: Words, *, by: User, now: datetime) -> str:
    row, reason = _incident(text, words, by=by, verb="resolve", now=now)
    transition_incident(row, to=IncidentStatus.RESOLVED, reason=reason, by=by, now=now)
    return f"Resolved {words.incident(row)}."


def who(text: str, words: Words, *, by: User, now: datetime) -> str:
    if not text:
        return _who_leads(words, by=by)
    row, _ = _incident(text, words, by=by, verb="who", now=now)
    holders = row.roles.select_related("person").filter(until=None)
    lines = [f"• {role.get_role_display()}: {words.plain(role.person.name)}" for role in holders]
    head = f"{words.incident(row)}, {row.get_status_display().lower()}"
    return "\n".join([head, *(lines or ["Nobody has a role."])])


def _who_leads(words: Words, *, by: User) -> str:
    rows = Incident.objects.visible_to(by).open().select_related("commander").order_by("severity", "-number")
    lines = [f"• SEV{row.severity} {words.incident(row)}: {_leader(row, words)}" for row in rows[:SHOWN]]
    return "\n".join(lines) if lines else "Nothing is open."


def _leader(row: Incident, words: Words) -> str:
    return words.plain(row.commander.name) if row.commander else "nobody leads it"


def _incident(text: str, words: Words, *, by: User, verb: str, now: datetime) -> tuple[Incident, str]:
    """The incident that the first word names, and the rest. One out of sight is one that does not exist."""
    named = KEY.match(text)
    if not named:
        raise Wrong(f"Name the incident: `{words.command} {verb} INC-12`")
    row = Incident.objects.visible_to(by).filter(key=named[0].upper()).first()
    if row is None:
        raise Wrong(f"There is no {named[0].upper()} that you may see.")
    note_reading([row], by=by, now=now)
    return row, text[named.end() :].strip(" :,")


Act = Callable[..., str]
COMMANDS: dict[str, Act] = {
    "declare": declare,
    "update": update,
    "resolve": resolve,
    "who": who,
}
