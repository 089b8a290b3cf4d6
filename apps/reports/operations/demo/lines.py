"""The timeline of an incident: what the portal noted, and what responders wrote."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.incidents.models import EntryKind, IncidentStatus, Role
from apps.reports.operations.demo.cases import Case, Line
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.plans import Ending
from apps.reports.operations.demo.stage import Person
from apps.reports.operations.demo.words.shapes import Step

LEAN = 5
SHORT = {Ending.DECLINED, Ending.CANCELLED, Ending.MERGED}
DASHBOARD = "https://dashboards.ballast.example/d/{service} Overview of {service}, the last six hours"


def lines_of(case: Case, chance: Chance, *, is_lean: bool) -> list[Line]:
    noted, written = _noted(case), _written(case, chance)
    if is_lean:
        written = written[: max(0, LEAN - len(noted))]
        noted = noted[: LEAN - len(written)]
    return sorted(noted + written, key=lambda line: line.at)


def _noted(case: Case) -> list[Line]:
    """What the portal writes by itself."""
    clock, by, status = case.clock, case.commander, EntryKind.STATUS
    lines = [Line(clock.declared, status, f"Declared as SEV{case.plan.severity}", case.declared_by)]
    lines += [Line(move.at, status, _said(move.source, move.to, move.reason), by) for move in case.moves[1:]]
    if case.plan.ending not in SHORT:
        lines.append(Line(clock.acknowledged, status, "Acknowledged", by))
    for place, (role, person) in enumerate(case.roles.items()):
        if role != Role.COMMANDER:
            words = f"{person.user.name} took the {Role(role).label.lower()} role"
            lines.append(Line(clock.share(0.1 + place / 20), EntryKind.ROLE, words, person))
    return lines


def _said(before: str, to: IncidentStatus, reason: str) -> str:
    back = to == IncidentStatus.INVESTIGATING and before == IncidentStatus.MITIGATED
    said = "Reopened" if back else str(to.label)
    return f"{said}: {reason}" if reason else said


def _written(case: Case, chance: Chance) -> list[Line]:
    plan, clock = case.plan, case.clock
    words = plan.facts._asdict()
    steps = plan.plot.steps[:1] if plan.ending in SHORT else plan.plot.steps
    lines = [_step(case, step, place / len(steps), chance) for place, step in enumerate(steps)]
    if plan.ending in SHORT:
        return lines
    if chance.happens(0.4):
        body = DASHBOARD.format(**words)
        lines.append(Line(clock.share(0.15), EntryKind.LINK, body, _author(case, chance)))
    if case.plan.ending != Ending.BY_ITSELF:
        calm = clock.mitigated + timedelta(seconds=40)
        lines.append(
            Line(calm, EntryKind.UPDATE, plan.plot.mitigated.format(**words), case.commander, is_starred=True)
        )
    after = clock.ended + timedelta(minutes=2)
    lines.append(Line(after, EntryKind.NOTE, plan.plot.repaired.format(**words), _author(case, chance)))
    return lines


def _step(case: Case, step: Step, share: float, chance: Chance) -> Line:
    at = case.clock.share(min(0.95, 0.06 + share * 0.9 + chance.uniform(0, 0.05))).replace(microsecond=0)
    is_starred = step.kind in (EntryKind.ACTION, EntryKind.DECISION) or share == 0
    return Line(
        at, step.kind, step.text.format(**case.plan.facts._asdict()), _author(case, chance), is_starred
    )


def _author(case: Case, chance: Chance) -> Person:
    return chance.choice(list(case.roles.values()))


def clip(lines: list[Line], now: datetime) -> list[Line]:
    return [line for line in lines if line.at <= now]
