from __future__ import annotations

from apps.core.changes import Diff
from apps.incidents.models import Incident


def raise_version(incident: Incident) -> Diff:
    """A part of the incident changed (a role, a milestone, its services), so what others read is stale."""
    incident.version += 1
    incident.save(update_fields=["version", "updated_at"])
    return {}
