"""Editing what an incident says about itself. Moving it is in `moving.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import hide_scope, record, show_scope
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import EntryKind, Incident, IncidentStatus, SeverityPolicy, kinds_fit
from apps.incidents.operations.assessing import reassess
from apps.incidents.operations.cadence import due_after_edit, plan_again
from apps.incidents.operations.linking import lock_in_order
from apps.incidents.operations.timeline import log_entry
from apps.incidents.operations.versions import raise_version
from apps.incidents.policies import can_hide, can_respond
from apps.services.models import Service

PLAIN = ("title", "summary", "kind", "is_private", "detected_by", "data_lost", "was_reverted")


@transaction.atomic
def edit_incident(
    incident: Incident, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Incident:
    """Change title, summary, kind, privacy, how bad it is and what is known of it; `services` replaces the services."""
    family = _lock_family(incident) if "is_private" in changes else set()
    row = lock(incident)
    require(can_respond(by, row), "Only responders edit an incident. Take a role first.")
    check_version(row, seen)
    if row.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Edit the one it went into.")
    if changes.get("is_private") and not row.is_private and not can_hide(by, row):
        raise ValidationError({"is_private": "Take a role first, or you would lose sight of it yourself."})
    _check_kind(row, changes.get("kind", row.kind))
    was = {"severity": row.severity, "kind": row.kind}
    wanted = {name: _stripped(changes[name]) for name in PLAIN if name in changes}
    diff = apply_changes(row, wanted | reassess(SeverityPolicy.objects.kept(now), row, changes))
    if was.keys() & diff.keys():
        plan_again(row, due_after_edit(row, was=was, now=now))
    services = _set_services(row, changes["services"]) if "services" in changes else {}
    if services and not diff:
        raise_version(row)
    _tell(row, was=was, diff=diff, by=by, now=now)
    if "is_private" in diff:
        _share_privacy(row, family, by=by)
    if diff or services:
        record("incident.edited", row, by=by, changes=diff | services)
    return row


def _check_kind(row: Incident, kind: str) -> None:
    """What was merged into it must fit its kind as on the day of the merge, or figures would lose or gain it."""
    if kind == row.kind:
        return
    parts = [part for part in Incident.objects.absorbed_by(row) if not kinds_fit(part.kind, kind)]
    if parts:
        raise ValidationError(
            {
                "kind": f"{len(parts)} of the incidents that were merged into this one would not fit. A real incident "
                "takes in near misses and backfilled ones, any other kind only its own. An admin can undo the merge."
            }
        )


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _set_services(incident: Incident, services: Iterable[Service]) -> Diff:
    before = sorted(incident.services.values_list("slug", flat=True))
    after = sorted({service.slug for service in services})
    if before == after:
        return {}
    incident.services.set(services)
    return {"services": [before, after]}


def _tell(row: Incident, *, was: dict[str, Any], diff: Diff, by: User, now: datetime) -> None:
    if "severity" in diff:
        direction = "raised" if row.severity < was["severity"] else "lowered"
        said = f"Severity {direction} to SEV{row.severity}"
        why = f"{said}: {row.severity_reason}" if "severity_reason" in diff and row.severity_reason else said
        log_entry(row, EntryKind.CHANGE, why, at=now, by=by)
    if "is_private" in diff:
        (hide_scope if row.is_private else show_scope)(row.audit_scope)
        words = "Made private" if row.is_private else "No longer private"
        log_entry(row, EntryKind.CHANGE, words, at=now, by=by)


def _lock_family(incident: Incident) -> set[int]:
    """The incident and what was merged into it, in the order in which merges are undone: neither waits for ever."""
    pks = {incident.pk, *(part.pk for part in Incident.objects.absorbed_by(incident))}
    return {row.pk for row in lock_in_order(pks)}


def _share_privacy(row: Incident, family: set[int], *, by: User) -> None:
    """What was merged into it is part of it, and as private."""
    parts = Incident.objects.absorbed_by(row)
    if not family.issuperset(part.pk for part in parts):
        raise Conflict("Somebody merged another incident into this one just now. Look again.")
    for part in parts:
        diff = apply_changes(part, {"is_private": row.is_private})
        (hide_scope if row.is_private else show_scope)(part.audit_scope)
        record("incident.edited", part, by=by, changes=diff)
