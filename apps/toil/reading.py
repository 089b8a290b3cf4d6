"""A typed line as the keywords of `log_entry`: the names in it looked up among what the person may see."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from apps.accounts.models import Team, User
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.clock import moments
from apps.toil.line import Known, Line, named, read_line
from apps.toil.models import ToilSource

PLAIN = ("text", "seconds", "category", "trigger", "occurrences")


def read_for(user: User, line: str, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Only what the line says; raises Unreadable when its time cannot be meant."""
    services = {row.slug: row for row in Service.objects.visible_to(user).filter(slug__in=_wanted(line, "@"))}
    teams = {row.slug: row for row in Team.objects.visible_to(user).filter(slug__in=_wanted(line, "~"))}
    sources = {row.slug: row for row in _sources(user, line)}
    incidents = {row.key: row for row in _incidents(user, line)}
    today = now.astimezone(zone).date()
    found = read_line(line, today=today, known=Known(services, teams, incidents, sources))
    said: dict[str, Any] = {name: getattr(found, name) for name in PLAIN}
    said |= {"service": services.get(found.service), "team": teams.get(found.team)}
    said |= {"source": sources.get(found.source)}
    said |= {"incident": incidents.get(found.incident)} | _when(found, today, zone, now)
    return {name: value for name, value in said.items() if value not in (None, "")}


def _wanted(line: str, mark: str) -> set[str]:
    return {word.lower() for word in named(line, mark)}


def _sources(user: User, line: str) -> list[ToilSource]:
    wanted = _wanted(line, "#")
    return list(ToilSource.objects.visible_to(user).current().filter(slug__in=wanted)) if wanted else []


def _incidents(user: User, line: str) -> list[Incident]:
    keys = {word.upper() for word in named(line, "+")}
    return list(Incident.objects.visible_to(user).filter(key__in=keys)) if keys else []


def _when(found: Line, today: date, zone: tzinfo, now: datetime) -> dict[str, Any]:
    if found.start is None or found.end is None:
        return {"local_date": found.day}
    start, end = moments(found.day or today, found.start, found.end, zone)
    if found.day is None and end > now:  # typed after midnight, or about yesterday evening
        start, end = moments(today - timedelta(days=1), found.start, found.end, zone)
    return {"seconds": None, "started_at": start, "ended_at": end}
