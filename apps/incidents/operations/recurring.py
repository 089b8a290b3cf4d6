"""What comes back after more than 14 days is an incident of its own that names the earlier one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident, IncidentKind, IncidentStatus, LinkKind
from apps.incidents.operations.declaring import declare_incident
from apps.incidents.operations.linking import link_incidents
from apps.incidents.policies import can_see


@transaction.atomic
def declare_recurrence(incident: Incident, *, by: User, now: datetime) -> Incident:
    """Declare it anew: same title, severity, services, kind and privacy; led by who says so; linked."""
    row = lock(incident)
    require(can_see(by, row))
    if row.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. What came back is the one it went into.")
    again = declare_incident(
        title=row.title,
        severity=row.severity,
        services=row.services.all(),
        kind=IncidentKind.REAL if row.kind == IncidentKind.BACKFILLED else row.kind,
        is_private=row.is_private,
        commander=by,
        by=by,
        now=now,
    )
    link_incidents(again, to=row, kind=LinkKind.RECURRENCE_OF, by=by, now=now)
    return again
