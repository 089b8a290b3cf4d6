"""Telling an incident: who led it, what they wrote, and the rows that come of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from apps.audit.operations import hide_scope
from apps.incidents.models import (
    DetectedBy,
    ImpactLevel,
    ImpactWindow,
    Incident,
    IncidentKind,
    IncidentStatus,
    Milestone,
    MilestoneKind,
    MilestoneSource,
    Role,
    RoleAssignment,
    TimelineEntry,
    Transition,
)
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.clocks import clock_of, moves_of, windows_of
from apps.reports.operations.demo.commanding import due_of, judged, tell_regulator
from apps.reports.operations.demo.lines import clip, lines_of
from apps.reports.operations.demo.noticing import known_of
from apps.reports.operations.demo.plans import Ending, Plan
from apps.reports.operations.demo.stage import Person, Stage, Work

K, S = MilestoneKind, IncidentStatus
HURT = (IncidentKind.REAL, IncidentKind.BACKFILLED)
LEVELS = {1: ImpactLevel.DOWN, 2: ImpactLevel.PARTIAL, 3: ImpactLevel.DEGRADED, 4: ImpactLevel.DEGRADED}
SECOND_SERVICE = 0.2
BY_ITSELF = "It ended by itself before anything was changed."


def tell_incident(stage: Stage, plan: Plan, chance: Chance, *, before: Case | None) -> Case:
    """Make one incident that is over, or nearly. `before` is the one that it may be merged into."""
    if plan.ending == Ending.MERGED and before is None:
        plan = plan._replace(ending=Ending.QUICK)
    clock = clock_of(chance, plan, stage.now)
    roles = _roles(stage, plan, chance)
    closed = roles["commander"].at_work(clock.ended + chance.between(0.4, 9, unit="days"), chance)
    is_closed = closed <= stage.now
    moves = moves_of(plan.ending, clock, closed if is_closed else None)
    case = Case(plan, clock, moves, roles, chance.choice(list(roles.values())), _works(stage, plan, chance))
    case.summary = _summary(plan)
    case.lines = clip(lines_of(case, chance, is_lean=stage.sizes.is_large), stage.now)
    write_case(stage, case, chance, before=before)
    return case


def _roles(stage: Stage, plan: Plan, chance: Chance) -> dict[str, Person]:
    """The commander first. Private incidents and small ones are led by one person."""
    people = team_on(stage, plan.work, plan.started.date())
    wanted = [Role.COMMANDER, Role.OPS, Role.COMMS, Role.SCRIBE][: {1: 4, 2: 3, 3: 2, 4: 1}[plan.severity]]
    chosen = chance.sample(people, k=min(len(wanted), len(people)))
    return {role.value: person for role, person in zip(wanted, chosen, strict=False)}


def team_on(stage: Stage, work: Work, day: date) -> list[Person]:
    return work.squad.on(day) or [stage.admin]


def _works(stage: Stage, plan: Plan, chance: Chance) -> list[Work]:
    other = stage.works.get(plan.facts.other)
    if other is None or other is plan.work or plan.is_private or not chance.happens(SECOND_SERVICE):
        return [plan.work]
    return [plan.work, other]


def _summary(plan: Plan) -> str:
    words = plan.facts._asdict()
    if plan.kind == IncidentKind.TEST:
        return ""
    if plan.kind == IncidentKind.DRILL:
        return f"A planned exercise of the {plan.work.squad.name} team. No customer was affected."
    if plan.ending in (Ending.DECLINED, Ending.CANCELLED):
        return plan.plot.detected.format(**words)
    share = f"About {plan.facts.peak}% of {plan.facts.noun} were affected."
    if plan.kind == IncidentKind.NEAR_MISS:
        share = "Noticed before any customer was affected."
    trigger = plan.plot.trigger.format(**words)
    return f"{share} {trigger}" if plan.ending != Ending.MERGED else f"{share} Seen from {plan.work.slug}."


def write_case(stage: Stage, case: Case, chance: Chance, *, before: Case | None = None) -> None:
    plan, last = case.plan, case.moves[-1]
    case.number, case.key = stage.next_number("INC")
    case.pk = stage.loader.add(
        Incident,
        number=case.number,
        key=case.key,
        title=plan.title,
        summary=case.summary,
        severity=plan.severity,
        kind=plan.kind.value,
        status=case.status.value,
        status_since=last.at,
        is_private=plan.is_private,
        declared_by_id=case.declared_by.pk,
        commander_id=case.commander.pk,
        started_at=plan.started,
        mitigated_at=case.when(S.MITIGATED),
        resolved_at=case.when(S.RESOLVED) if case.is_over else None,
        merged_into_id=before.pk if before and case.status == S.MERGED else None,
        update_due_at=due_of(case, stage.now),
        **judged(plan.title),
        **known_of(stage, case),
        version=len(case.moves) + len(case.roles),
        created_at=case.clock.declared,
        updated_at=last.at,
    )
    if plan.is_private:
        hide_scope(case.scope)
    _write_links(stage, case)
    _write_history(stage, case)
    _write_milestones(stage, case, chance)
    _write_lines(stage, case, chance)
    tell_regulator(stage, case)
    _tell_audit(stage, case)


def _write_links(stage: Stage, case: Case) -> None:
    for work in case.works:
        stage.loader.link(Incident.services, incident_id=case.pk, service_id=work.pk)
    for tag in case.plan.plot.tags if case.is_over else ():
        stage.loader.link(Incident.tags, incident_id=case.pk, tag_id=stage.tag(tag))
    for place, (role, person) in enumerate(case.roles.items()):
        since = case.clock.declared if place == 0 else case.clock.share(0.1 + place / 20)
        stage.loader.add(RoleAssignment, incident_id=case.pk, role=role, person_id=person.pk, since=since)


def _write_history(stage: Stage, case: Case) -> None:
    for move in case.moves:
        actor = case.commander if move.source else case.declared_by
        stage.loader.add(
            Transition,
            incident_id=case.pk,
            from_status=str(move.source),
            to_status=move.to.value,
            at=move.at,
            effective_at=move.at,
            actor_id=actor.pk,
            reason=move.reason,
        )
    if case.plan.kind == IncidentKind.REAL:
        for start, end in windows_of(case.moves, case.plan.started):
            level = LEVELS[case.plan.severity].value
            stage.loader.add(
                ImpactWindow,
                uuid=stage.chance(f"impact of {case.key} at {start}").uuid(),
                incident_id=case.pk,
                start=start,
                end=end,
                level=level,
            )


def _write_milestones(stage: Stage, case: Case, chance: Chance) -> None:
    clock, auto = case.clock, MilestoneSource.AUTO
    is_measured = known_of(stage, case).get("detected_by") == DetectedBy.MONITORING
    measured = MilestoneSource.INTEGRATION if is_measured else auto
    said = chance.choice((MilestoneSource.HUMAN, MilestoneSource.HUMAN, MilestoneSource.ESTIMATE))
    rows: list[tuple[MilestoneKind, datetime | None, MilestoneSource]] = [
        (K.DETECTED, clock.detected, measured),
        (K.DECLARED, clock.declared, auto),
    ]
    if case.plan.kind in HURT:
        rows.insert(0, (K.IMPACT_STARTED, clock.started, said))
    if any(line.body == "Acknowledged" for line in case.lines):
        rows.append((K.ACKNOWLEDGED, clock.acknowledged, auto))
    rows += [
        (kind, at, auto) for kind, status in MIRRORED if (at := case.when(status)) and _counts(case, status)
    ]
    for kind, at, source in rows:
        precision = 5 if source == MilestoneSource.ESTIMATE else 0
        _add_milestone(stage, case, kind, at=at, source=source, precision_minutes=precision)
    if case.plan.ending == Ending.BY_ITSELF:
        _add_milestone(stage, case, K.MITIGATED, at=None, source=MilestoneSource.HUMAN, note=BY_ITSELF)


MIRRORED = ((K.MITIGATED, S.MITIGATED), (K.RESOLVED, S.RESOLVED), (K.CLOSED, S.CLOSED))


def _counts(case: Case, status: IncidentStatus) -> bool:
    return status == S.MITIGATED or case.is_over


def _add_milestone(
    stage: Stage,
    case: Case,
    kind: MilestoneKind,
    *,
    at: datetime | None,
    source: MilestoneSource,
    **more: object,
) -> None:
    stage.loader.add(Milestone, incident_id=case.pk, kind=kind.value, at=at, source=source.value, **more)


def _write_lines(stage: Stage, case: Case, chance: Chance) -> None:
    for line in case.lines:
        stage.loader.add(
            TimelineEntry,
            uuid=chance.uuid(),
            incident_id=case.pk,
            kind=line.kind.value,
            body=line.body,
            at=line.at,
            author_id=line.author.pk,
            is_starred=line.is_starred,
            recorded_at=line.at,
        )


def _tell_audit(stage: Stage, case: Case) -> None:
    plan, first = case.plan, case.moves[0]
    told: dict[str, Any] = {
        "title": [None, plan.title],
        "severity": [None, plan.severity],
        "status": [None, first.to.value],
    }
    stage.trail.tell(
        "incident.declared", case.key, at=first.at, by=case.declared_by.pk, scope=case.scope, **told
    )
    for move in case.moves[1:]:
        verb = {S.INVESTIGATING: "investigated"}.get(move.to, move.to.value)
        changes: dict[str, Any] = {"status": [str(move.source), move.to.value]}
        stage.trail.tell(
            f"incident.{verb}", case.key, at=move.at, by=case.commander.pk, scope=case.scope, **changes
        )
