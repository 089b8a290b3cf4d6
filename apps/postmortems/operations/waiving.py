"""What people do with an obligation: ask for one, waive it, and take a waiver back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.postmortems.models import ObligationStatus, PostmortemObligation, PostmortemPolicy, Rule
from apps.postmortems.operations.obligations import UNSETTLED, locked, owe
from apps.postmortems.operations.reminding import renew_nudges
from apps.postmortems.owing import Reason, may_be_owed
from apps.postmortems.policies import can_give_obligation, can_request_postmortem, can_waive

S = ObligationStatus
MAX_REASON = 1000
MAX_REQUEST = 300
NOT_YOURS_TO_WAIVE = (
    "A lead of a team that owns an affected service waives it, or an admin, if they never led the incident."
)


@transaction.atomic
def request_postmortem(incident: Incident, *, reason: str, by: User, now: datetime) -> PostmortemObligation:
    """Anybody may ask for one, and says why; it is due as if the rules had asked, counted from today."""
    row = lock(incident)
    require(can_request_postmortem(by, row))
    if not may_be_owed(row):
        raise Conflict(f"{row.key} is nothing that a postmortem could be owed for.")
    known = locked(row)
    if known and known.status != S.DROPPED:
        raise Conflict(_standing(known))
    said = _stripped(reason, "Say what others could learn from it.", longest=MAX_REQUEST)
    policy = PostmortemPolicy.objects.current()
    asked = [Reason(Rule.REQUESTED, f"somebody asked for it (“{said}”)")]
    made = owe(row, asked, policy=policy, known_at=now, by=by, now=now)
    if made is None:
        raise Conflict(f"A postmortem of {row.key} is owed already.")
    return made


@transaction.atomic
def give_obligation(
    obligation: PostmortemObligation, *, owner: User, seen: int | None = None, by: User, now: datetime
) -> PostmortemObligation:
    """Somebody else sees to it from now on, until somebody drafts it. Whoever calls tells them."""
    lock(obligation.incident)
    row = lock(obligation)
    require(can_give_obligation(by, row), "Responders say who writes it, and who was to write it.")
    check_version(row, seen)
    if not row.is_owed:
        raise Conflict(
            f"The postmortem of {row.incident.key} is not owed any more.", allowed=row.next_statuses
        )
    if not owner.may_write or not Incident.objects.visible_to(owner).filter(pk=row.incident_id).exists():
        raise ValidationError({"owner": f"{owner} may not write it, or not see the incident."})
    diff = apply_changes(row, {"owner": owner, "is_given": True})
    if diff:
        renew_nudges(row, now=now)
        record("obligation.given", row, by=by, changes=diff)
    return row


def _standing(row: PostmortemObligation) -> str:
    words = {
        S.OWED: "is owed already",
        S.MET: "is written already",
        S.WAIVED: "was waived: take the waiver back instead",
    }
    return f"The postmortem of {row.incident.key} {words[S(row.status)]}."


@transaction.atomic
def transition_obligation(
    obligation: PostmortemObligation,
    *,
    to: str,
    reason: str,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> PostmortemObligation:
    """To `waived` with the reason of who approves it, or back to `owed` with the reason why it is owed after all."""
    row = lock(obligation)
    require(can_waive(by, row), NOT_YOURS_TO_WAIVE)
    check_version(row, seen)
    if to not in row.next_statuses:
        raise Conflict(_refusal(row), allowed=row.next_statuses)
    said = _stripped(reason, "Say why, for those who read it later.", longest=MAX_REASON)
    changes: dict[str, Any] = UNSETTLED | {"status": to}
    if to == S.WAIVED:
        changes |= {"waived_by": by, "waive_reason": said, "settled_at": now}
    diff = apply_changes(row, changes)
    verb = "obligation.waived" if to == S.WAIVED else "obligation.reinstated"
    record(verb, row, by=by, changes=diff | {"reason": [None, said]})
    renew_nudges(row, now=now)
    return row


def _refusal(row: PostmortemObligation) -> str:
    return f"The postmortem of {row.incident.key} is {row.get_status_display().lower()}."


def _stripped(text: str, missing: str, *, longest: int) -> str:
    said = text.strip()
    if not said:
        raise ValidationError({"reason": missing})
    if len(said) > longest:
        raise ValidationError({"reason": f"At most {longest} characters."})
    return said
