"""The invented past, told once from its beginning to now; only the newest incident is kept in memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.action_items.models import Source
from apps.incidents.models import IncidentKind, IncidentStatus
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.cues import Cue
from apps.reports.operations.demo.incidents import tell_incident
from apps.reports.operations.demo.plans import Ending, Plan, plan_incidents
from apps.reports.operations.demo.promises import Promises
from apps.reports.operations.demo.recurrences import Recurrences
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.write_ups import begin, store

LEARNT = {1: 1.0, 2: 0.8, 3: 0.25, 4: 0.01}
"""How readily an incident of each severity gets a postmortem."""
PROMISED = {1: 0.6, 2: 0.5, 3: 0.2, 4: 0.06}
"""How often one without a postmortem gets an action item."""
FEWEST, MOST = 2, 4
LATE, SETTLED = timedelta(days=80), timedelta(days=12)
UNTOLD = {Ending.DECLINED, Ending.CANCELLED, Ending.MERGED}


class History:
    def __init__(self, stage: Stage, promises: Promises, cues: list[Cue]) -> None:
        sizes = stage.sizes
        self.stage, self.promises, self.chance = stage, promises, stage.chance("history")
        self.recurrences = Recurrences(stage)
        self.cues = sorted(cues, key=lambda cue: cue.at)
        self.items_left = sizes.action_items - sum(cue.action_items for cue in cues)
        self.plans = plan_incidents(stage, max(0, sizes.incidents - sum(cue.incidents for cue in cues)))
        self.learnt = self._learnt(max(0, sizes.postmortems - sum(cue.postmortems for cue in cues)))
        usual = 11 * len(self.learnt) // 4 + len(self.plans) // 14
        self.standing = max(0, self.items_left - usual)
        """Items that belong to no incident: spread evenly over the history."""

    def tell(self) -> None:
        before: Case | None = None
        for place, plan in enumerate(self.plans):
            self._play(until=plan.started)
            case = tell_incident(self.stage, plan, self.chance, before=before)
            self._follow_up(case, is_learnt=place in self.learnt)
            self.recurrences.note(case)
            if case.status != IncidentStatus.MERGED and not plan.is_private:
                before = case
            self._catch_up(plan.started, wanted=self.standing * (place + 1) // len(self.plans))
        self._play(until=self.stage.now)
        self.items_left = self.stage.sizes.action_items - self.stage.numbers.get("ACT", 0)
        wanted = self.promises.standing_count + self.items_left
        self._catch_up(self.stage.now - LATE, wanted=wanted, spread=LATE / timedelta(hours=1))

    def _play(self, *, until: datetime) -> None:
        while self.cues and self.cues[0].at <= until:
            self.cues.pop(0).play()

    def _learnt(self, count: int) -> set[int]:
        """Which of the plans get a postmortem: exactly so many, the worse ones rather."""
        chance = self.stage.chance("learnt")
        ranked = [
            (-(chance.random() ** (1 / (LEARNT[plan.severity] * (1 + place / len(self.plans))))), place)
            for place, plan in enumerate(self.plans)
            if _can_be_learnt_from(plan) and plan.started < self.stage.now - SETTLED
        ]
        return {place for _, place in sorted(ranked)[:count]}

    def _follow_up(self, case: Case, *, is_learnt: bool) -> None:
        made = begin(self.stage, self.chance, case) if is_learnt else None
        if made:
            made.items = self._promise(case, self.chance.randint(FEWEST, MOST), Source.POSTMORTEM)
            store(self.stage, made)
        elif case.is_over and self.chance.happens(PROMISED[case.plan.severity]):
            self._promise(case, 1, Source.INCIDENT)

    def _promise(self, case: Case, most: int, source: Source) -> list[tuple[int, int]]:
        items = self.promises.of_case(case, most=min(most, self.items_left), source=source)
        self.items_left -= len(items)
        return items

    def _catch_up(self, near: datetime, *, wanted: int, spread: float = 30) -> None:
        works = list(self.stage.works.values())
        latest = self.stage.now - timedelta(minutes=5)
        while self.items_left > 0 and self.promises.standing_count < wanted:
            created = min(near + self.chance.between(0, spread, unit="hours"), latest)
            self.promises.standing(self.chance.choice(works), created)
            self.items_left -= 1


def _can_be_learnt_from(plan: Plan) -> bool:
    return plan.ending not in UNTOLD and plan.kind in (IncidentKind.REAL, IncidentKind.NEAR_MISS)
