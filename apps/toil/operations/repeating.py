"""The same once more, today."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.core.permissions import require
from apps.toil.models import SourceStatus, ToilEntry
from apps.toil.operations.entries import log_entry
from apps.toil.policies import can_answer


@transaction.atomic
def repeat_entry(
    entry: ToilEntry, *, seconds: int, occurrences: int = 1, by: User, now: datetime
) -> ToilEntry:
    """Another entry like this one, of today; what it referred to was of its own time."""
    require(can_answer(by, entry), "You can repeat only your own entries.")
    source = entry.source
    if source is not None and source.status == SourceStatus.RETIRED:
        source = None
    return log_entry(
        person=by,
        team=entry.team,
        text=entry.text,
        seconds=seconds,
        service=entry.service,
        source=source,
        kind=entry.kind,
        category=entry.category,
        trigger=entry.trigger,
        occurrences=occurrences,
        is_copy=True,
        by=by,
        now=now,
    )
