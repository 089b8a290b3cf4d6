"""Letting one version through one gate, for a reason that somebody answers for."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.postmortems.gates import GateState, gates_of, next_version
from apps.postmortems.models import Gate, GateException, Postmortem
from apps.postmortems.operations.moving import require_open
from apps.postmortems.policies import can_except, can_take_back

SHORTEST = 20


@transaction.atomic
def except_gate(postmortem: Postmortem, *, gate: str, reason: str, now: datetime, by: User) -> GateException:
    """Open a closed gate for the version that is being written; `by` is who answers for it. Once in its life."""
    row = lock(postmortem)
    require(can_except(by, row), "A lead of an affected team or an admin opens a gate, and never its owner.")
    require_open(row)
    state, reason = _state(row, gate, by), reason.strip()
    earlier = row.exceptions.filter(gate=state.gate).first()
    if earlier:
        raise Conflict(f"{state.code} was excepted once already, for version {earlier.version}.")
    if not state.lacks:
        raise Conflict(f"{state.code} is met: it needs no exception.")
    if len(reason) < SHORTEST:
        raise ValidationError({"reason": f"Say why in at least {SHORTEST} characters."})
    made = GateException(
        postmortem=row, gate=state.gate, version=next_version(row), reason=reason, approver=by, at=now
    )
    made.clean_fields(exclude={"postmortem", "approver"})
    made.save()
    record("postmortem.gate_excepted", row, by=by, changes={state.gate: [None, reason]})
    return made


@transaction.atomic
def take_back_exception(postmortem: Postmortem, *, gate: str, by: User) -> Postmortem:
    """Until the version is published the gate closes again, as if nobody had opened it; the audit trail keeps why
    somebody did."""
    row = lock(postmortem)
    made = row.exceptions.filter(gate=gate, version=next_version(row)).first()
    if made is None:
        raise Conflict(f"There is no exception from {gate.upper()} that could be taken back.")
    require(can_take_back(by, made), "Who granted it takes it back, or an admin.")
    require_open(row)
    made.delete()
    record("postmortem.gate_exception_taken_back", row, by=by, changes={gate: [made.reason, None]})
    return row


def _state(row: Postmortem, gate: str, by: User) -> GateState:
    if gate not in Gate.values:
        raise ValidationError({"gate": f"Choose one of {', '.join(Gate.values)}."})
    return next(state for state in gates_of(row, by) if state.gate == gate)
