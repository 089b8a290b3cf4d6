"""What may be told in public, what it begins with, and what it lacks."""

from __future__ import annotations

from datetime import datetime

from apps.incidents.models import ImpactLevel, ImpactWindow, Incident
from apps.postmortems.models import NEXT_PUBLIC, Postmortem, PublicStatus, PublicVersion
from apps.postmortems.models.public_version import WORDS
from apps.status_page.board import public_title
from apps.status_page.models.report import HEADINGS


def why_not_public(postmortem: Postmortem) -> str:
    """Empty when the postmortem may have a public version."""
    if postmortem.incidents.filter(is_private=True).exists():
        return f"{postmortem.key} is of a private incident: nothing of it is told outside."
    if postmortem.published_version is None:
        return f"{postmortem.key} is not published inside yet. Colleagues read it before strangers do."
    return ""


def suggestion_for(postmortem: Postmortem) -> PublicVersion:
    """Not stored: what the incidents are called outside, and when people were affected. Nothing that was written for
    colleagues is copied, not even a title."""
    incidents = list(postmortem.incidents.order_by("started_at", "number"))
    began_at, ended_at = _times(incidents)
    title = public_title(incidents[0])
    return PublicVersion(postmortem=postmortem, title=title, began_at=began_at, ended_at=ended_at, version=1)


def _times(incidents: list[Incident]) -> tuple[datetime, datetime | None]:
    """From the windows in which people were affected; where there are none, of the incidents."""
    windows = ImpactWindow.objects.filter(incident__in=incidents).exclude(level=ImpactLevel.OPERATIONAL)
    spans = list(windows.values_list("start", "end"))
    spans = spans or [(incident.started_at, incident.resolved_at) for incident in incidents]
    ends = [end for _, end in spans if end]
    return min(start for start, _ in spans), max(ends) if len(ends) == len(spans) else None


def lacks_of_public(version: PublicVersion) -> list[str]:
    """Everything that keeps it from being reviewed."""
    return [f"“{HEADINGS[name]}” is still empty." for name in WORDS if not getattr(version, name).strip()]


def public_allowed(version: PublicVersion) -> list[str]:
    """The legal moves. What is shown can always be withdrawn, whatever is being written."""
    moves = [str(to) for to in NEXT_PUBLIC[version.status]]
    return [*moves, str(PublicStatus.WITHDRAWN)] if version.shown_version else moves
