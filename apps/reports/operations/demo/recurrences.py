"""What came back: some incidents name an earlier one of the same service and the same story."""

from __future__ import annotations

from typing import Any

from apps.incidents.models import IncidentKind, IncidentLink, IncidentStatus, LinkKind
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.stage import Stage

NOTICED = 0.4
KIND = LinkKind.RECURRENCE_OF


class Recurrences:
    """Of each story of a service only the newest incident is kept: its row and its key."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.known = stage, dict[tuple[str, str], tuple[int, str]]()

    def note(self, case: Case) -> None:
        plan = case.plan
        if plan.is_private or plan.kind != IncidentKind.REAL or case.status == IncidentStatus.MERGED:
            return
        story = plan.work.slug, plan.plot.slug
        earlier = self.known.get(story)
        chance = self.stage.chance(f"{case.key} came back")
        if earlier and chance.happens(NOTICED):
            self._link(case, *earlier, uuid=chance.uuid())
        self.known[story] = case.pk, case.key

    def _link(self, case: Case, pk: int, key: str, *, uuid: Any) -> None:
        at, by = case.moves[-1].at, case.commander.pk
        self.stage.loader.add(
            IncidentLink,
            uuid=uuid,
            from_incident_id=case.pk,
            to_incident_id=pk,
            kind=KIND.value,
            created_at=at,
            created_by_id=by,
        )
        for own in (case.key, key):
            told: dict[str, Any] = {"link": [None, str(uuid)]}
            self.stage.trail.tell("incident.linked", own, at=at, by=by, scope=f"incident:{own}", **told)
