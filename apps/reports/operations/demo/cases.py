"""An incident that was told: what its follow-ups and its postmortem are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from apps.incidents.models import EntryKind, IncidentStatus
from apps.reports.operations.demo.clocks import Clock, Move
from apps.reports.operations.demo.plans import Plan
from apps.reports.operations.demo.stage import Person, Work


class Line(NamedTuple):
    """One entry of the timeline."""

    at: datetime
    kind: EntryKind
    body: str
    author: Person
    is_starred: bool = False


@dataclass(slots=True, eq=False)
class Case:
    plan: Plan
    clock: Clock
    moves: list[Move]
    roles: dict[str, Person]
    declared_by: Person
    works: list[Work]
    summary: str = ""
    lines: list[Line] = field(default_factory=list)
    pk: int = 0
    number: int = 0
    key: str = ""

    @property
    def status(self) -> IncidentStatus:
        return self.moves[-1].to

    @property
    def people(self) -> list[Person]:
        """Who took part."""
        return list(self.roles.values())

    @property
    def commander(self) -> Person:
        return self.roles["commander"]

    @property
    def scope(self) -> str:
        return f"incident:{self.key}"

    @property
    def is_over(self) -> bool:
        return self.status in (IncidentStatus.RESOLVED, IncidentStatus.CLOSED)

    def when(self, status: IncidentStatus) -> datetime | None:
        """The first time it came there."""
        return next((move.at for move in self.moves if move.to == status), None)
