"""The first text of a draft, taken from its incidents. Timelines name roles, never people."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from apps.incidents.models import (
    Incident,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    Role,
    RoleAssignment,
    TimelineEntry,
)

MAX_TEXT = 60_000  # what the timeline may take; the rest stays on the incident's page
ROLE_WORDS: dict[str, str] = {
    Role.COMMANDER: "the commander",
    Role.COMMS: "the communications lead",
    Role.SCRIBE: "the scribe",
    Role.OPS: "the operations lead",
}
ANYBODY = "a responder"
SOURCES = {
    MilestoneSource.AUTO: "recorded by the portal",
    MilestoneSource.INTEGRATION: "reported by an integration",
    MilestoneSource.HUMAN: "noted by a person",
    MilestoneSource.ESTIMATE: "estimated",
}


class Line(NamedTuple):
    at: datetime
    text: str


def first_texts(incidents: Sequence[Incident]) -> dict[str, str]:
    """{section slug: text} for the sections that the incidents can fill."""
    texts = {
        "summary": "\n\n".join(_summary(incident) for incident in incidents),
        "impact": "\n\n".join(filter(None, (_impact(incident) for incident in incidents))),
        "detection": "\n\n".join(filter(None, (_detection(incident) for incident in incidents))),
        "timeline": _timeline(incidents),
    }
    return {slug: text for slug, text in texts.items() if text}


def _summary(incident: Incident) -> str:
    services = ", ".join(f"`{service.slug}`" for service in incident.services.all())
    facts = f"{incident.key}, {incident.get_severity_display()}" + (
        f", affecting {services}" if services else ""
    )
    roles = list(dict.fromkeys(each.get_role_display().lower() for each in incident.roles.all()))
    people = f" Roles taken: {', '.join(roles)}." if roles else ""
    return "\n\n".join(filter(None, [incident.summary.strip(), f"{facts}.{people}"]))


def _impact(incident: Incident) -> str:
    windows = []
    for window in incident.impact_windows.all():
        level = window.get_level_display()
        if window.service:
            level = f"`{window.service.slug}` {level.lower()}"
        if window.end is None:
            windows.append(f"- {incident.key}: {level} since {_moment(window.start)}, not over yet.")
        else:
            span = _span(window.start, window.end)
            windows.append(
                f"- {incident.key}: {level}, {_moment(window.start)} to {_moment(window.end)} ({span})."
            )
    return "\n".join(windows)


def _detection(incident: Incident) -> str:
    times = {milestone.kind: milestone for milestone in incident.milestones.all()}
    detected, began = times.get(MilestoneKind.DETECTED), times.get(MilestoneKind.IMPACT_STARTED)
    if detected is None or detected.at is None:
        return ""
    source = SOURCES[MilestoneSource(detected.source)]
    after = f", {_span(began.at, detected.at)} after the impact began" if began and began.at else ""
    return f"{incident.key} was detected at {_moment(detected.at)}{after} ({source})."


def _timeline(incidents: Sequence[Incident]) -> str:
    lines = sorted(
        (line for incident in incidents for line in _lines_of(incident, named=len(incidents) > 1)),
        key=lambda line: line.at,
    )
    parts: list[str] = []
    day, size = None, 0
    for line in lines:
        if line.at.date() != day:
            day = line.at.date()
            parts.append(f"{'' if len(parts) == 0 else chr(10)}**{day.day} {day:%b %Y}, UTC**\n")
        parts.append(f"- {line.at:%H:%M} {line.text}")
        size += len(line.text)
        if size > MAX_TEXT:
            parts.append("- More entries are on the page of the incident.")
            break
    return "\n".join(parts)


def _lines_of(incident: Incident, *, named: bool) -> Iterable[Line]:
    prefix = f"{incident.key}: " if named else ""
    roles = list(incident.roles.all())
    entries = [entry for entry in incident.timeline.all() if entry.is_starred]
    hide = _without_names(roles, entries, incident)
    for milestone in incident.milestones.all():
        if milestone.at is not None:
            yield Line(milestone.at.astimezone(UTC), prefix + _milestone(milestone))
    for entry in entries:
        text = hide(entry.body.strip()).replace("\r\n", "\n").replace("\n", "\n  ")
        who = _role_at(roles, entry)
        yield Line(entry.at.astimezone(UTC), f"{prefix}{who[0].upper()}{who[1:]}: {text}")


def _milestone(milestone: Milestone) -> str:
    about = f" (within {milestone.precision_minutes} min)" if milestone.precision_minutes else ""
    return f"**{milestone.get_kind_display()}**{about}" + (f": {milestone.note}" if milestone.note else "")


def _role_at(roles: Iterable[RoleAssignment], entry: TimelineEntry) -> str:
    for role in roles:
        held = role.since <= entry.at and (role.until is None or entry.at <= role.until)
        if role.person_id == entry.author_id and held:
            return _in_words(role)
    return ANYBODY


def _in_words(role: RoleAssignment) -> str:
    return ROLE_WORDS.get(role.role, f"the {role.get_role_display().lower()}")


def _without_names(
    roles: Sequence[RoleAssignment], entries: Sequence[TimelineEntry], incident: Incident
) -> Callable[[str], str]:
    """A function that puts roles in place of the names of those who took part."""
    words = {entry.author.name: ANYBODY for entry in entries} | {incident.declared_by.name: ANYBODY}
    words |= {role.person.name: _in_words(role) for role in roles}
    names = sorted(filter(None, words), key=len, reverse=True)
    if not names:
        return lambda text: text
    pattern = re.compile(r"(?<!\w)@?(" + "|".join(map(re.escape, names)) + r")(?!\w)")
    return lambda text: pattern.sub(lambda match: words[match[1]], text)


def _moment(at: datetime) -> str:
    exact = at.astimezone(UTC)
    return f"{exact.day} {exact:%b %Y %H:%M} UTC"


def _span(start: datetime, end: datetime) -> str:
    minutes = max(0, int((end - start).total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"
