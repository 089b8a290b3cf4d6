"""Which postmortems are owed: the rules of the last weeks, asked of what has happened since."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.incidents.models import Incident, IncidentLink, LinkKind
from apps.postmortems.models import (
    SHIPPED_RULES,
    ObligationStatus,
    Postmortem,
    PostmortemObligation,
    PostmortemPolicy,
)
from apps.postmortems.operations.reminding import renew_nudges
from apps.postmortems.operations.writers import writer_of
from apps.postmortems.owing import CALM, Clock, Reason, calm_since, clock_from, reasons_for
from apps.reports.operations.demo.stage import Person, Stage

IN_FORCE = timedelta(days=45)
RULES = SHIPPED_RULES | {"impact_minutes": 240, "was_reverted": False}
WAIVED = (
    "The same gap in the same runbook was written up two weeks before; its action items cover this one too."
)
S = ObligationStatus


def owe_postmortems(stage: Stage) -> None:
    """After the history, before the trail is written."""
    since = stage.today - IN_FORCE
    began = datetime.combine(since, time(9), UTC)
    stamps = {"created_at": began, "updated_at": began}
    stage.loader.add(PostmortemPolicy, id=1, **RULES | {"applies_from": since}, **stamps)
    stage.trail.tell("postmortem_policy.edited", "postmortem-policy", at=began, by=stage.admin.pk)
    policy = PostmortemPolicy(**RULES | {"applies_from": since})
    owing = [
        (incident, reasons)
        for incident in _calm(since=began)
        if (reasons := _reasons(stage, incident, policy))
    ]
    waived = _waived(stage, [incident for incident, _ in owing])
    for incident, reasons in owing:
        _owe(stage, incident, reasons, policy, approver=waived.get(incident.pk))


def _reasons(stage: Stage, incident: Incident, policy: PostmortemPolicy) -> list[Reason]:
    again = IncidentLink.objects.of_kind(LinkKind.RECURRENCE_OF).filter(from_incident=incident).exists()
    return reasons_for(incident, policy, came_back=again, now=stage.now)


def _waived(stage: Stage, incidents: list[Incident]) -> dict[int, Person]:
    """One that is not published, rather without a draft, and who waives it."""
    open_ones = [
        one for one in incidents if not one.is_private and not any(map(_is_out, one.postmortems.all()))
    ]
    for incident in sorted(open_ones, key=lambda one: (one.postmortems.count(), one.number)):
        approver = _approver(stage, incident)
        if approver:
            return {incident.pk: approver}
    return {}


def _is_out(postmortem: Postmortem) -> bool:
    return postmortem.published_version is not None


def _calm(*, since: datetime) -> list[Incident]:
    rows = Incident.objects.filter(status__in=CALM, started_at__gte=since).select_related("commander")
    return list(rows.prefetch_related("impact_windows", "postmortems").order_by("number"))


def _owe(
    stage: Stage,
    incident: Incident,
    reasons: list[Reason],
    policy: PostmortemPolicy,
    *,
    approver: Person | None,
) -> None:
    known = calm_since(incident)
    clock = clock_from(known, severity=incident.severity, policy=policy)
    published = next(filter(_is_out, incident.postmortems.all()), None)
    settled: dict[str, Any] = {}
    if published:
        settled = {"status": S.MET.value, "met_by_id": published.pk, "settled_at": published.published_at}
    elif approver:
        chance = stage.chance(f"waiver of {incident.key}")
        settled = {
            "status": S.WAIVED.value,
            "waived_by_id": approver.pk,
            "waive_reason": WAIVED,
            "settled_at": min(approver.at_work(known + timedelta(days=1), chance), stage.now),
        }
    _store(stage, incident, reasons, clock, known, settled)


def _approver(stage: Stage, incident: Incident) -> Person | None:
    """A lead of the team of its first service who never commanded it."""
    work = next((work for work in stage.works.values() if work.pk in _services(incident)), None)
    people = work.squad.on(stage.today)[:1] if work else []
    return next((person for person in people if person.pk != incident.commander_id), None)


def _services(incident: Incident) -> set[int]:
    return set(incident.services.values_list("pk", flat=True))


def _store(
    stage: Stage,
    incident: Incident,
    reasons: list[Reason],
    clock: Clock,
    known: datetime,
    settled: dict[str, Any],
) -> None:
    writer = writer_of(incident, now=stage.now)
    stage.loader.add(
        PostmortemObligation,
        uuid=stage.chance(f"obligation of {incident.key}").uuid(),
        incident_id=incident.pk,
        rules=[reason.on(clock.counts_from) for reason in reasons],
        severity=incident.severity,
        owner_id=writer.pk if writer else None,
        counts_from=clock.counts_from,
        due_draft=clock.due_draft,
        due_publish=clock.due_publish,
        created_at=known,
        updated_at=settled.get("settled_at") or known,
        **settled,
    )
    about = {
        "key": f"postmortem of {incident.key}",
        "kind": "postmortemobligation",
        "scope": incident.audit_scope,
    }
    said = ", ".join(reason.said for reason in reasons)
    stage.trail.tell("obligation.owed", at=known, by=stage.admin.pk, because=[None, said], **about)
    if "waived_by_id" in settled:
        at, by = settled["settled_at"], settled["waived_by_id"]
        stage.trail.tell("obligation.waived", at=at, by=by, reason=[None, WAIVED], **about)


def nudge_writers(stage: Stage) -> None:
    """Once all rows are there."""
    for row in PostmortemObligation.objects.owed().select_related("incident", "owner").order_by("pk"):
        renew_nudges(row, now=stage.now)
