"""What is drawn from incidents into a postmortem. Roles are named, people never."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from apps.incidents.models import (
    Incident,
    IncidentKind,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    Role,
    RoleAssignment,
    TimelineEntry,
    impact_time,
)
from apps.postmortems.models import BlockKind

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


def first_summary(incidents: Sequence[Incident]) -> str:
    """What the incidents say of themselves: the first text of the summary, to be written over."""
    return "\n\n".join(filter(None, (incident.summary.strip() for incident in incidents)))


def draw(kind: str, incidents: Sequence[Incident]) -> str:
    """The text of a block, in Markdown, as the incidents are now; empty when they know nothing of it."""
    if kind == BlockKind.TIMELINE:
        return _timeline(incidents)
    return "\n".join(filter(None, (DRAWN[kind](incident) for incident in incidents)))


def _severity(incident: Incident) -> str:
    about = "" if incident.kind == IncidentKind.REAL else f", {incident.get_kind_display().lower()}"
    return f"- {incident.key}: {incident.get_severity_display()}{about}"


def _services(incident: Incident) -> str:
    names = ", ".join(f"`{service.slug}`" for service in incident.services.all())
    return f"- {incident.key} affected {names}" if names else ""


def _roles(incident: Incident) -> str:
    return "\n".join(
        f"- {incident.key}: {_in_words(role)}, from {_moment(role.since)}"
        + (f" to {_moment(role.until)}" if role.until else "")
        for role in incident.roles.all()
    )


def _milestones(incident: Incident) -> str:
    return "\n".join(
        f"- {incident.key}: {_milestone(each)}, "
        + (f"{_moment(each.at)} ({SOURCES[MilestoneSource(each.source)]})" if each.at else "unknown")
        for each in incident.milestones.all()
    )


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
    ends = [window.end for window in incident.impact_windows.all()]
    if len(ends) > 1 and all(ends):
        total = impact_time(incident.impact_windows.all(), max(filter(None, ends)))
        windows.append(f"- {incident.key}: impact time, overlaps counted once: {_length(total)}.")
    return "\n".join(windows)


def _detection(incident: Incident) -> str:
    times = {milestone.kind: milestone for milestone in incident.milestones.all()}
    detected, began = times.get(MilestoneKind.DETECTED), times.get(MilestoneKind.IMPACT_STARTED)
    if detected is None or detected.at is None:
        return ""
    source = SOURCES[MilestoneSource(detected.source)]
    after = f", {_span(began.at, detected.at)} after the impact began" if began and began.at else ""
    return f"- {incident.key} was detected at {_moment(detected.at)}{after} ({source})."


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
    return _length(end - start)


def _length(time: timedelta) -> str:
    minutes = max(0, int(time.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


DRAWN: dict[str, Callable[[Incident], str]] = {
    BlockKind.SEVERITY: _severity,
    BlockKind.SERVICES: _services,
    BlockKind.ROLES: _roles,
    BlockKind.WINDOWS: _impact,
    BlockKind.DETECTION: _detection,
    BlockKind.MILESTONES: _milestones,
}
