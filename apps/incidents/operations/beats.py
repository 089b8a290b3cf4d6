from __future__ import annotations

from apps.core.engines import raise_by_one
from apps.incidents.models import Incident


def next_beat(incident: Incident) -> int:
    """The number of the next thing written into the timeline. Whoever writes has the incident locked from here
    to the end, so beats are committed in their order and who follows misses none."""
    incident.beat = raise_by_one(Incident._meta.db_table, "beat", incident.pk)
    return incident.beat
