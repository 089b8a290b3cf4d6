"""What an incident belongs together with, read from its own side and only as far as the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.accounts.models import User
from apps.incidents.models import READ_BACKWARDS, Incident, IncidentLink, LinkKind


@dataclass(frozen=True, slots=True)
class Relation:
    """`words` read from this incident to `other`; `is_outgoing` says that this one said it."""

    uuid: UUID
    kind: str
    words: str
    is_outgoing: bool
    other: Incident


def relations_of(incident: Incident, user: User, absorbed: list[Incident]) -> list[Relation]:
    """Its links and those of what was merged into it, in the order in which they were made: one query."""
    here = {row.pk for row in (incident, *absorbed)}
    links = IncidentLink.objects.visible_to(user).touching([incident, *absorbed]).with_ends()
    return [
        relation_of(link, is_outgoing=link.from_incident_id in here)
        for link in links
        if not {link.from_incident_id, link.to_incident_id} <= here
    ]


def relation_of(link: IncidentLink, *, is_outgoing: bool) -> Relation:
    words = LinkKind(link.kind).label if is_outgoing else READ_BACKWARDS[link.kind]
    other = link.to_incident if is_outgoing else link.from_incident
    return Relation(link.uuid, link.kind, words, is_outgoing, other)
