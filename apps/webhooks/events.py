"""What receivers can listen to, and which lines of the audit trail each event is read from.

A verb may be several events, the most exact one first: who listens to `incident.resolved` and `incident.moved`
gets one message, of the first type. Every verb of an incident, a timeline, a postmortem or an action item is named
here, as an event or in `UNTOLD`; those of anything else are nobody's business outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from apps.action_items.models import Status as ItemStatus
from apps.incidents.models import IncidentStatus


class EventType(models.TextChoices):
    INCIDENT_DECLARED = "incident.declared", "Incident declared"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged", "Incident acknowledged"
    INCIDENT_MITIGATED = "incident.mitigated", "Incident mitigated"
    INCIDENT_RESOLVED = "incident.resolved", "Incident resolved"
    INCIDENT_REOPENED = "incident.reopened", "Incident reopened"
    INCIDENT_MOVED = "incident.moved", "Incident moved to any state"
    INCIDENT_UPDATED = (
        "incident.updated",
        "Incident edited, joined or split",
    )
    INCIDENT_REPORTED = "incident.update_posted", "Incident has a new status update"
    INCIDENT_NOTED = "incident.noted", "Incident has a new timeline entry"
    POSTMORTEM_DRAFTED = "postmortem.drafted", "Postmortem drafted"
    POSTMORTEM_PUBLISHED = "postmortem.published", "Postmortem published"
    POSTMORTEM_TOLD = "postmortem.public_published", "Postmortem published to everybody"
    POSTMORTEM_UNTOLD = "postmortem.public_withdrawn", "Postmortem’s public version withdrawn"
    POSTMORTEM_MOVED = "postmortem.moved", "Postmortem moved to any state"
    ACTION_ADDED = "action_item.added", "Action item added"
    ACTION_COMMITTED = "action_item.committed", "Action item committed"
    ACTION_REDATED = "action_item.redated", "Action item: due date moved"
    ACTION_OVERDUE = "action_item.overdue", "Action item overdue"
    ACTION_DONE = "action_item.done", "Action item done"
    ACTION_VERIFIED = "action_item.verified", "Action item verified"
    ACTION_DROPPED = "action_item.dropped", "Action item given up"
    ACTION_REOPENED = "action_item.reopened", "Action item reopened"
    ACTION_MOVED = "action_item.moved", "Action item moved to any state"


E = EventType
TEST = "webhook.test"
TYPES = [*E.choices, (TEST, "Test event")]
GROUPS = {"Incidents": "incident.", "Postmortems": "postmortem.", "Action items": "action_item."}


def _beside_its_group(label: str) -> str:
    """Under "Action items" it is enough to say what happened."""
    words = (
        label.removeprefix("Incident ").removeprefix("Postmortem ").removeprefix("Action item").lstrip(": ")
    )
    return words[:1].upper() + words[1:]


GROUPED = [
    (group, [(name, _beside_its_group(label)) for name, label in E.choices if name.startswith(start)])
    for group, start in GROUPS.items()
]
_IN_EXACT_WORDS = {E.INCIDENT_MITIGATED, E.INCIDENT_RESOLVED, E.INCIDENT_REOPENED}
_UPDATED = (
    *("edited", "fields_set", "role_assigned", "role_handed_over", "role_ended", "milestone_set"),
    *("impact_added", "impact_changed", "impact_removed", "absorbed", "released", "split"),
)
_POSTMORTEM_MOVES = ("sent_to_review", "approved", "changes_requested", "withdrawn", "reopened")


def _verbs() -> dict[str, tuple[str, ...]]:
    moves = [
        f"incident.{status}" for status in (*IncidentStatus.values, "reopened", "investigated", "unmerged")
    ]
    found: dict[str, tuple[str, ...]] = {
        verb: (verb, E.INCIDENT_MOVED) if verb in _IN_EXACT_WORDS else (E.INCIDENT_MOVED,) for verb in moves
    }
    found |= {f"incident.{verb}": (E.INCIDENT_UPDATED,) for verb in _UPDATED}
    found |= {verb: (verb,) for verb in (E.INCIDENT_DECLARED, E.INCIDENT_ACKNOWLEDGED, E.POSTMORTEM_DRAFTED)}
    found |= {f"postmortem.{verb}": (E.POSTMORTEM_MOVED,) for verb in _POSTMORTEM_MOVES}
    found |= {f"action_item.moved_to_{status}": (E.ACTION_MOVED,) for status in ItemStatus.values}
    return found | {
        "timeline.entry_added": (E.INCIDENT_NOTED,),
        "timeline.update_posted": (E.INCIDENT_REPORTED,),
        E.POSTMORTEM_PUBLISHED: (E.POSTMORTEM_PUBLISHED, E.POSTMORTEM_MOVED),
        E.POSTMORTEM_TOLD: (E.POSTMORTEM_TOLD,),
        E.POSTMORTEM_UNTOLD: (E.POSTMORTEM_UNTOLD,),
        E.ACTION_ADDED: (E.ACTION_ADDED,),
        E.ACTION_REDATED: (E.ACTION_REDATED,),
        "action_item.restored": (E.ACTION_REOPENED, E.ACTION_MOVED, E.ACTION_REDATED),
        "action_item.moved_to_done": (E.ACTION_DONE, E.ACTION_MOVED),
        "action_item.moved_to_verified": (E.ACTION_VERIFIED, E.ACTION_MOVED),
        "action_item.moved_to_wont_do": (E.ACTION_DROPPED, E.ACTION_MOVED),
        "action_item.moved_to_duplicate": (E.ACTION_DROPPED, E.ACTION_MOVED),
        "action_item.unmerged": (E.ACTION_REOPENED, E.ACTION_MOVED),
        "action_item.moved_to_open": (E.ACTION_COMMITTED, E.ACTION_REOPENED, E.ACTION_MOVED),
    }


VERBS = _verbs()
UNTOLD: dict[str, tuple[str, ...]] = {
    "who reads it, which is no change of it": (
        *("incident.access_granted", "incident.access_changed", "incident.access_revoked"),
        *("incident.private_read", "postmortem.exported"),
    ),
    "names a second incident, which the receiver may not see": (
        *("incident.linked", "incident.unlinked", "incident.recurrence_*", "action_item.recurrence_*"),
        "action_item.dependency_*",
    ),
    "was news once, in another system": ("incident.imported", "postmortem.imported"),
    "a correction of what was told": (
        *("timeline.entry_edited", "timeline.update_edited", "action_item.edited", "action_item.assigned"),
    ),
    "looks back at what was told": ("action_item.effect_judged",),
    "work on the way, of which the result is told": (
        *("timeline.entry_starred", "timeline.entry_unstarred", "incident.public_title_set"),
        *("action_item.snoozed", "action_item.comment_*", "action_item.watched", "action_item.unwatched"),
        *("action_item.step_*", "action_item.absorbed", "action_item.split", "action_item.split_off"),
        "action_item.unsplit",
        "incident.public_end_waived",
        *("postmortem.edited", "postmortem.section_*", "postmortem.action_item_linked"),
        "postmortem.comment_*",
        *("postmortem.reviewers_named", "postmortem.review_approved", "postmortem.gate_excepted"),
        "postmortem.gate_exception_taken_back",
        "postmortem.readers_required",
        *("postmortem.public_written", "postmortem.public_sent_to_review", "postmortem.public_approved"),
        "postmortem.public_returned",
        *("postmortem.*_added", "postmortem.*_edited", "postmortem.*_removed", "postmortem.block_*"),
    ),
}
_ENDED = (ItemStatus.DONE, ItemStatus.VERIFIED)


def types_of(verb: str, changes: dict[str, Any]) -> tuple[str, ...]:
    """The events that one line of the trail is, the most exact first."""
    before, after = _change(changes)
    if verb == E.ACTION_ADDED and after == ItemStatus.OPEN:
        return E.ACTION_COMMITTED, E.ACTION_ADDED
    if verb == "action_item.moved_to_open":
        exact = {ItemStatus.PROPOSED: E.ACTION_COMMITTED, **dict.fromkeys(_ENDED, E.ACTION_REOPENED)}
        return (exact[before], E.ACTION_MOVED) if before in exact else (E.ACTION_MOVED,)
    if verb == "action_item.restored":
        return _given_back(changes, was_ended=before in _ENDED)
    return VERBS.get(verb, ())


def _given_back(changes: dict[str, Any], *, was_ended: bool) -> tuple[str, ...]:
    """What a change of many that was taken back is to those who were told of the change."""
    moved = (E.ACTION_REOPENED, E.ACTION_MOVED) if was_ended else (E.ACTION_MOVED,)
    return (*(moved if "status" in changes else ()), *((E.ACTION_REDATED,) if "due_on" in changes else ()))


def _change(changes: dict[str, Any]) -> tuple[Any, Any]:
    pair = changes.get("status")
    return (pair[0], pair[1]) if isinstance(pair, list) else (None, None)


def verbs_for(types: Iterable[str]) -> list[str]:
    """Every verb from which one of these events may be read."""
    wanted = set(types)
    found = {verb for verb, events in VERBS.items() if wanted & set(events)}
    return sorted(found | ({str(E.ACTION_ADDED)} if E.ACTION_COMMITTED in wanted else set()))


def first_of(types: Iterable[str], wanted: Iterable[str]) -> str | None:
    listened = set(wanted)
    return next((kind for kind in types if kind in listened), None)
