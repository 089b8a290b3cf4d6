"""When an incident passed its points, and the moves of its status that follow from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from apps.incidents.models import IncidentStatus
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.plans import Ending, Plan

S = IncidentStatus
MU, SIGMA = 4.25, 1.25  # of the logarithm of minutes: half of all incidents last less than 70 minutes
SHORTEST, LONGEST = 9.0, 4320.0
MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(hours=1)
REASONS = {
    S.DECLINED: "The alert compared with a holiday. Traffic is what it usually is at this hour.",
    S.CANCELLED: "This was the announced maintenance. Nobody is affected beyond what was announced.",
    S.MERGED: "The same cause, seen from the other side.",
    S.INVESTIGATING: "The errors are back: two instances still had the old state.",
}


@dataclass(frozen=True, slots=True)
class Clock:
    started: datetime
    detected: datetime
    declared: datetime
    acknowledged: datetime
    mitigated: datetime
    ended: datetime

    def share(self, of: float) -> datetime:
        """A moment between declaring and mitigating."""
        return self.declared + (self.mitigated - self.declared) * of

    def later(self, of: float) -> datetime:
        """A moment between mitigating and the end."""
        return self.mitigated + (self.ended - self.mitigated) * of


class Move(NamedTuple):
    source: str
    to: IncidentStatus
    at: datetime
    reason: str = ""


def clock_of(chance: Chance, plan: Plan, now: datetime) -> Clock:
    most = max(SHORTEST, (now - AT_ONCE - plan.started) / MINUTE)
    total = chance.minutes(MU, SIGMA, least=SHORTEST, most=min(most, LONGEST))
    detected = plan.started + min(total * chance.uniform(0.03, 0.2), 50 * MINUTE)
    declared = detected + min(total * chance.uniform(0.01, 0.08), 12 * MINUTE)
    mitigated = max(declared + 3 * MINUTE, plan.started + total * chance.uniform(0.45, 0.9))
    acknowledged = declared + min((mitigated - declared) * 0.3, MINUTE * chance.uniform(1, 7))
    ended = max(mitigated + MINUTE, plan.started + total)
    return Clock(
        plan.started,
        *(moment.replace(microsecond=0) for moment in (detected, declared, acknowledged, mitigated, ended)),
    )


def moves_of(ending: Ending, clock: Clock, closed: datetime | None) -> list[Move]:
    """From declaring to the end; each begins where the one before stopped."""
    path = _path(ending, clock)
    if closed and path[-1][0] == S.RESOLVED:
        path.append((S.CLOSED, closed))
    moves, before = [], ""
    for to, at in path:
        needs_reason = to in REASONS and before and (to != S.INVESTIGATING or before == S.MITIGATED)
        moves.append(Move(before, to, at, REASONS[to] if needs_reason else ""))
        before = to
    return moves


def _path(ending: Ending, clock: Clock) -> list[tuple[IncidentStatus, datetime]]:
    start, found = (S.INVESTIGATING, clock.declared), (S.IDENTIFIED, clock.share(0.5))
    calm, end = (S.MITIGATED, clock.mitigated), (S.RESOLVED, clock.ended)
    again = [
        (S.INVESTIGATING, clock.later(0.2)),
        (S.IDENTIFIED, clock.later(0.4)),
        (S.MITIGATED, clock.later(0.8)),
    ]
    looked = [(S.TRIAGE, clock.declared), (S.INVESTIGATING, clock.acknowledged)]
    paths: dict[Ending, list[tuple[IncidentStatus, datetime]]] = {
        Ending.PLAIN: [start, found, calm, end],
        Ending.QUICK: [start, calm, end],
        Ending.TRIAGED: [*looked, found, calm, end],
        Ending.BY_ITSELF: [start, end],
        Ending.RELAPSE: [start, calm, *again, end],
        Ending.DECLINED: [looked[0], (S.DECLINED, clock.share(0.6))],
        Ending.CANCELLED: [start, (S.CANCELLED, clock.share(0.8))],
        Ending.MERGED: [start, (S.MERGED, clock.share(0.7))],
    }
    return paths[ending]


def windows_of(moves: list[Move], started: datetime) -> list[tuple[datetime, datetime | None]]:
    """While it hurt: from the start to the first calm state, and again from each relapse."""
    hurts = {S.TRIAGE, S.INVESTIGATING, S.IDENTIFIED}
    windows: list[tuple[datetime, datetime | None]] = [(started, None)]
    for move in moves:
        if move.to in hurts and windows[-1][1]:
            windows.append((move.at, None))
        elif move.to not in hurts and windows[-1][1] is None:
            windows[-1] = (windows[-1][0], move.at)
    return windows
