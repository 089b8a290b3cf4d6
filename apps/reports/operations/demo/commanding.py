"""How the incidents of today are led: judged by the matrix, told in status updates, asked the organisation's fields."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.incidents.models import (
    SHIPPED,
    UPDATES,
    CustomField,
    CustomValue,
    EntryKind,
    Severity,
    SeverityPolicy,
    StatusUpdate,
    TimelineEntry,
)
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.updates import COMMANDS, Command, Said

MINUTE = timedelta(minutes=1)
POLICY = SeverityPolicy(**SHIPPED)
FIELDS: dict[str, dict[str, Any]] = {
    "customers-affected": {
        "name": "Customers affected",
        "hint": "A count or your best guess.",
        "kind": "number",
    },
    "region": {"name": "Region", "kind": "choice", "choices": ["eu-west", "us-east", "ap-south", "all"]},
    "regulator-told-by": {
        "name": "Regulator told by",
        "hint": "Within 4 hours when payments are down.",
        "kind": "user",
        "severities": [1],
        "needed_at": "resolved",
    },
}


def ask_fields(stage: Stage) -> None:
    for place, (slug, said) in enumerate(FIELDS.items()):
        values = {"created_at": stage.now, "updated_at": stage.now, "position": place} | said
        stage.fields[slug] = stage.loader.add(CustomField, slug=slug, **values)


def judged(title: str) -> dict[str, Any]:
    """The incident's columns."""
    command = COMMANDS.get(title)
    if command is None:
        return {}
    impact, condition, reason = command.judged
    return {
        "impact": POLICY.name_of("impacts", impact),
        "condition": POLICY.name_of("conditions", condition),
        "proposed_severity": POLICY.propose(impact, condition),
        "severity_reason": reason,
    }


def due_of(case: Case, now: datetime) -> datetime | None:
    """When the next update is due, after the last one that was told."""
    command = COMMANDS.get(case.plan.title)
    told = [now - said.ago * MINUTE for said in command.updates] if command else []
    told += [line.at for line in case.lines if line.kind in UPDATES]
    since = max([case.clock.declared, *told])
    kind, status = case.plan.kind, case.status
    return POLICY.next_due(severity=case.plan.severity, kind=kind, status=status, since=since)


def tell_regulator(stage: Stage, case: Case) -> None:
    """What closing a SEV1 asks for."""
    if case.plan.severity == Severity.SEV1 and case.is_over:
        field = stage.fields["regulator-told-by"]
        person = case.roles.get("comms", case.commander)
        stage.loader.add(CustomValue, incident_id=case.pk, field_id=field, person_id=person.pk)


def tell_command(stage: Stage, case: Case) -> None:
    command: Command = COMMANDS[case.plan.title]
    for said in command.updates:
        _tell_update(stage, case, said)
    for slug, text in command.answers:
        stage.loader.add(CustomValue, incident_id=case.pk, field_id=stage.fields[slug], text=text)


def _tell_update(stage: Stage, case: Case, said: Said) -> None:
    at, by = stage.now - said.ago * MINUTE, case.commander.pk
    update = StatusUpdate(conditions=said.conditions, actions=said.actions, needs=said.needs)
    uuid = stage.chance(f"update of {case.key}, {said.ago}").uuid()
    entry = stage.loader.add(
        TimelineEntry,
        uuid=uuid,
        incident_id=case.pk,
        kind=EntryKind.REPORT.value,
        body=update.text,
        at=at,
        author_id=by,
        recorded_at=at,
    )
    parts = {"conditions": said.conditions, "actions": said.actions, "needs": said.needs}
    public = {"is_public": bool(said.state), "public_state": said.state}
    stage.loader.add(StatusUpdate, entry_id=entry, **parts, **public)
    key, kind = f"{case.key} entry {uuid}", "timelineentry"
    changes: dict[str, Any] = {name: [None, value] for name, value in (parts | public).items() if value}
    stage.trail.tell("timeline.update_posted", key, at=at, by=by, kind=kind, scope=case.scope, **changes)
