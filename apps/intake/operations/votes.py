"""Somebody says whether an alert was useful or noise."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.permissions import require
from apps.intake.models import Alert, AlertVote
from apps.intake.policies import can_vote

USEFUL, NOISE, NONE = "useful", "noise", "none"
WORDS = {USEFUL: True, NOISE: False, NONE: None}


@transaction.atomic
def vote_on_alert(alert: Alert, *, vote: str, by: User, now: datetime) -> Alert:
    """`useful`, `noise`, or `none` to take it back. The trail says that a vote changed and not which way."""
    row = lock(alert)
    require(can_vote(by, row), "You vote on alerts of incidents in which you may write.")
    if vote not in WORDS:
        raise ValidationError({"vote": "Choose one of: " + ", ".join(WORDS) + "."})
    known, wanted = row.votes.filter(person=by).first(), WORDS[vote]
    if (known.is_useful if known else None) == wanted:
        return row
    if wanted is None:
        row.votes.filter(person=by).delete()
    else:
        AlertVote.objects.update_or_create(alert=row, person=by, defaults={"is_useful": wanted, "at": now})
    record("alert.voted", row, by=by)
    return row
