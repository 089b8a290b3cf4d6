"""What is owed, written: begun, extended, handed on by a merge, dropped, met. Callers hold the incident's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes
from apps.incidents.models import Incident
from apps.postmortems.models import (
    ObligationStatus,
    Postmortem,
    PostmortemObligation,
    PostmortemPolicy,
    Rule,
)
from apps.postmortems.operations.reminding import renew_nudges
from apps.postmortems.operations.writers import writer_of
from apps.postmortems.owing import Clock, Reason, clock_from

S = ObligationStatus
UNSETTLED: dict[str, Any] = {"settled_at": None, "met_by": None, "waived_by": None, "waive_reason": ""}


def locked(incident: Incident) -> PostmortemObligation | None:
    found = PostmortemObligation.objects.select_for_update(of=("self",)).filter(incident=incident.pk).first()
    if found:
        found.incident = incident
    return found


def owe(
    incident: Incident,
    reasons: Sequence[Reason],
    *,
    policy: PostmortemPolicy,
    known_at: datetime,
    severity: int | None = None,
    by: User,
    now: datetime,
) -> PostmortemObligation | None:
    """Owe a postmortem for these reasons, or add those that are new; None when that changes nothing.

    What is met stays met. A waiver covers what was known: a new reason makes it owed again. A severity that was
    lowered takes no reason away.
    """
    row, is_new = locked(incident), False
    severity = severity or incident.severity
    if row is None:
        row, is_new = PostmortemObligation(incident=incident, rules=[], severity=severity), True
    worst = min(severity, row.severity)
    new = _new_reasons(row, reasons, is_worse=severity < row.severity)
    if row.status == S.MET or not new:
        return None
    clock = clock_from(known_at, severity=worst, policy=policy)
    kept = [] if row.status == S.DROPPED else row.rules
    changes = {"rules": [*kept, *(reason.on(clock.counts_from) for reason in new)], "severity": worst}
    given = row.owner if row.is_given else None
    changes |= {"owner": writer_of(incident, given=given, now=now), **_dates(row, clock, is_new=is_new)}
    diff: Diff = {}
    if is_new:
        _store(row, changes, by=by)
    else:
        diff = apply_changes(row, changes | UNSETTLED | {"status": S.OWED.value})
        record("obligation.extended", row, by=by, changes=diff)
    renew_nudges(row, is_sooner="due_draft" in diff or "due_publish" in diff, now=now)
    return row


def _store(row: PostmortemObligation, values: dict[str, Any], *, by: User) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    told = {"because": [None, row.reasons], "due_publish": [None, row.due_publish.isoformat()]}
    record("obligation.owed", row, by=by, changes=told)


def _new_reasons(row: PostmortemObligation, reasons: Sequence[Reason], *, is_worse: bool) -> list[Reason]:
    """Not known yet, or the severity again when it is worse than it was. All of them once it was dropped."""
    if row.status == S.DROPPED:
        return list(reasons)
    known = {rule["rule"] for rule in row.rules} - ({Rule.SEVERITY.value} if is_worse else set())
    return [reason for reason in reasons if reason.rule not in known]


def _dates(row: PostmortemObligation, clock: Clock, *, is_new: bool) -> dict[str, Any]:
    """Those of the clock; while it is owed already a worse severity shortens what is left, and nothing prolongs it."""
    given = {
        "counts_from": clock.counts_from,
        "due_draft": clock.due_draft,
        "due_publish": clock.due_publish,
    }
    if is_new or row.status != S.OWED:
        return given
    return {name: min(getattr(row, name), day) for name, day in given.items()}


def drop(row: PostmortemObligation, *, by: User, now: datetime, reason: str) -> None:
    if row.status in (S.OWED, S.WAIVED):
        diff = apply_changes(row, UNSETTLED | {"status": S.DROPPED.value, "settled_at": now})
        record("obligation.dropped", row, by=by, changes=diff | {"reason": [None, reason]})
        renew_nudges(row, now=now)


def meet(row: PostmortemObligation, postmortem: Postmortem, *, by: User, now: datetime) -> None:
    """Also what was waived: it was written all the same."""
    if row.status in (S.OWED, S.WAIVED):
        changes = UNSETTLED | {"status": S.MET.value, "met_by": postmortem, "settled_at": now}
        record("obligation.met", row, by=by, changes=apply_changes(row, changes))
        renew_nudges(row, now=now)


def meet_obligations(postmortem: Postmortem, *, by: User, now: datetime) -> None:
    """Of every incident that a postmortem is about, now that it is published."""
    rows = PostmortemObligation.objects.select_for_update(of=("self",)).filter(
        incident__in=postmortem.incidents.values("pk")
    )
    for row in rows.select_related("incident").order_by("pk"):
        meet(row, postmortem, by=by, now=now)
