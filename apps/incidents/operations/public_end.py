"""What was begun in public is ended in public, or somebody says why not."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import EntryKind, Incident, PublicEnd, PublicState, StatusUpdate
from apps.incidents.operations.timeline import log_entry
from apps.incidents.policies import can_publish

LONGEST_REASON = 500


def lacks_public_end(incident: Incident) -> bool:
    """Strangers read of it, and the last that they read is not that it is resolved."""
    last = StatusUpdate.objects.of_incident(incident).public().first()
    if last is None or last.public_state == PublicState.RESOLVED:
        return False
    return not PublicEnd.objects.filter(incident=incident, waived_at__gte=last.entry.at).exists()


@transaction.atomic
def waive_public_end(incident: Incident, *, reason: str, by: User, now: datetime) -> Incident:
    """Say why no last public update is needed."""
    row = lock(incident)
    require(can_publish(by, row), "Only responders speak for it in public. Take a role first.")
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise ValidationError({"reason": f"Say why, in at most {LONGEST_REASON} characters."})
    if not lacks_public_end(row):
        raise Conflict("No last public update is missing.")
    PublicEnd.objects.update_or_create(
        incident=row, defaults={"reason": said, "waived_at": now, "waived_by": by}
    )
    log_entry(row, EntryKind.CHANGE, f"No last public update: {said}", at=now, by=by)
    record("incident.public_end_waived", row, by=by, changes={"reason": [None, said]})
    return row
