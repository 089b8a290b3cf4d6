"""Action items: of incidents, of toil, and standing ones in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from apps.action_items.models import ActionItem, EffectCheck, Move, Priority, Redating, Source, Status
from apps.action_items.reminders import next_reminder
from apps.incidents.models import IncidentKind
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.incidents import team_on
from apps.reports.operations.demo.lives import Life, Start, live
from apps.reports.operations.demo.stage import Person, Stage, Work
from apps.reports.operations.demo.words.follow_ups import STANDING
from apps.reports.operations.demo.words.shapes import Promise

PRIORITY_SHARES = {1: (3, 5, 2, 0), 2: (0, 5, 4, 1), 3: (0, 2, 6, 2), 4: (0, 0, 6, 4)}
EVIDENCE = "https://git.ballast.example/{team}/{service}/merge/{number}"
LONG_BEFORE = timedelta(days=60)
TRIES = 5
Reminders = dict[tuple[int, date, date, int], datetime | None]


class Promises:
    """Writes items down and remembers what the next one needs to know."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chance = stage.chance("promises")
        self._titles: set[str] = set()
        self._reminders: Reminders = {}
        self._newest: dict[int, int] = {}
        self.standing_count = 0

    def of_case(self, case: Case, *, most: int, source: Source) -> list[tuple[int, int]]:
        """(primary key, number) of the follow-ups of one incident."""
        if case.plan.kind == IncidentKind.TEST:
            return []
        other = case.plan.facts.other
        wanted = [
            self._filled(promise, case.plan.work, other=other) for promise in case.plan.plot.items[:most]
        ]
        return [self._of_case(case, self._fresh(promise, case.plan.work), source) for promise in wanted]

    def _fresh(self, promise: Promise, work: Work) -> Promise:
        """What was promised before is not promised again: something else about the service is, as long as
        there are words."""
        others = (self._filled(other, work) for other in self.chance.sample(STANDING, k=TRIES))
        return next((each for each in (promise, *others) if each.title not in self._titles), promise)

    def _of_case(self, case: Case, promise: Promise, source: Source) -> tuple[int, int]:
        later = 0.1 if source == Source.INCIDENT else 3
        created = min(case.clock.ended + self.chance.between(0.05, later, unit="days"), self.stage.now)
        priority = self.chance.weighted(tuple(Priority), PRIORITY_SHARES[case.plan.severity])
        team = case.people if case.plan.is_private else team_on(self.stage, case.plan.work, created.date())
        life = self._life(team, promise, created, priority=priority, severity=case.plan.severity)
        return self.write(life, promise, case.plan.work, source=source, case=case)

    def standing(self, work: Work, created: datetime) -> tuple[int, int]:
        """One that belongs to no incident."""
        self.standing_count += 1
        promise = self._fresh(self._filled(self.chance.choice(STANDING), work), work)
        priority = self.chance.weighted(tuple(Priority), (0, 1, 6, 5))
        stays_open = self.chance.happens(self.stage.sizes.open_share or 0)
        team = team_on(self.stage, work, created.date())
        life = self._life(team, promise, created, priority=priority, severity=None, stays_open=stays_open)
        return self.write(life, promise, work, source=self.chance.choice((Source.MANUAL, Source.REVIEW)))

    def _filled(self, promise: Promise, work: Work, **words: Any) -> Promise:
        return promise._replace(title=promise.title.format(**{"other": "", "service": work.slug, **words}))

    def _life(
        self,
        team: list[Person],
        promise: Promise,
        created: datetime,
        *,
        priority: int,
        severity: int | None,
        stays_open: bool = False,
    ) -> Life:
        owner = self.chance.choice(team)
        start = Start(created, owner, team[0], team, promise.kind, priority, severity)
        return live(self.stage, self.chance, start, stays_open=stays_open, must_end=owner.is_cast)

    def write(
        self,
        life: Life,
        promise: Promise,
        work: Work,
        *,
        source: Source,
        case: Case | None = None,
        **more: Any,
    ) -> tuple[int, int]:
        number, key = self.stage.next_number("ACT")
        original = self._newest.get(work.squad.pk)
        if life.status == Status.DUPLICATE and original is None:
            life.steps.pop()
            life.status = Status.OPEN
        pk = self.stage.loader.add(
            ActionItem,
            number=number,
            key=key,
            title=promise.title,
            done_when=f"{promise.done_when}.",
            kind=promise.kind.value,
            team_id=work.squad.pk,
            service_id=work.pk,
            incident_id=case.pk if case else None,
            source=source.value,
            duplicate_of_id=original if life.status == Status.DUPLICATE else None,
            evidence_url=EVIDENCE.format(team=work.squad.slug, service=work.slug, number=4000 + number)
            if life.verifier
            else "",
            next_reminder_at=self._reminder(life),
            **{**_values(life), **more},
        )
        if life.status != Status.DUPLICATE:
            self._newest[work.squad.pk] = pk
        self._titles.add(promise.title)
        self._write_history(pk, life)
        self._tell(key, life, promise, scope=case.scope if case else "")
        return pk, number

    def _reminder(self, life: Life) -> datetime | None:
        """What the operations would have stored. Promises of long ago are all alike, so one answer serves many."""
        if not life.is_live or life.due is None or life.committed is None:
            return None
        promised = life.slips[-1].at if life.slips else life.committed
        owner = life.start.owner
        asked = (owner.pk, life.due, max(promised.date(), life.due - LONG_BEFORE), life.start.priority)
        if asked not in self._reminders:
            item = ActionItem(
                owner=owner.user,
                due_on=life.due,
                status=life.status,
                committed_at=life.committed,
                priority=life.start.priority,
            )
            self._reminders[asked] = next_reminder(item, owner.calendar, self.stage.now, promised_at=promised)
        return self._reminders[asked]

    def _write_history(self, pk: int, life: Life) -> None:
        for step in life.steps:
            states = {"from_status": step.source.value, "to_status": step.to.value}
            self.stage.loader.add(
                Move,
                item_id=pk,
                at=step.at,
                by_id=step.by.pk,
                reason=step.reason,
                is_automatic=step.is_automatic,
                **states,
            )
        for slip in life.slips:
            dates = {"from_date": slip.before, "to_date": slip.after}
            owner = life.start.owner.pk
            self.stage.loader.add(Redating, item_id=pk, at=slip.at, by_id=owner, reason=slip.reason, **dates)
        if life.look:
            look = life.look._asdict()
            self.stage.loader.add(EffectCheck, item_id=pk, by_id=life.start.owner.pk, **look)

    def _tell(self, key: str, life: Life, promise: Promise, *, scope: str) -> None:
        start, tell = life.start, self.stage.trail.tell
        tell(
            "action_item.added",
            key,
            at=start.created,
            by=start.lead.pk,
            scope=scope,
            title=[None, promise.title],
        )
        for step in life.steps:
            verb, states = f"action_item.moved_to_{step.to.value}", [step.source.value, step.to.value]
            tell(verb, key, at=step.at, by=step.by.pk, scope=scope, status=states)
        for slip in life.slips:
            dates = [slip.before, slip.after]
            tell("action_item.redated", key, at=slip.at, by=start.owner.pk, scope=scope, due_on=dates)
        if life.look:
            said: dict[str, Any] = {"effect": ["", life.look.verdict.value], "note": [None, life.look.note]}
            tell(
                "action_item.effect_judged",
                key,
                at=life.look.at,
                by=start.owner.pk,
                scope=scope,
                **said,
            )


def _values(life: Life) -> dict[str, Any]:
    """The columns that follow from the life of an item."""
    start, last = life.start, life.slips[-1] if life.slips else None
    is_dropped = life.status in (Status.WONT_DO, Status.DUPLICATE)
    touched = max([life.since, *([last.at] if last else []), *([life.look.at] if life.look else [])])
    return {
        "priority": int(start.priority),
        "status": life.status.value,
        "status_since": life.since,
        "owner_id": _owner(life),
        "due_on": life.due,
        "first_due_on": life.first_due,
        "due_version": 1 + len(life.slips),
        "slip_count": len(life.slips),
        "slipped_days": (last.after - life.first_due).days if last and life.first_due else 0,
        "blocked_by": life.reason if life.status == Status.BLOCKED else "",
        "close_reason": life.reason if is_dropped else "",
        "committed_at": life.committed,
        "done_at": life.done,
        "done_by_id": start.owner.pk if life.done else None,
        "verified_at": life.verified,
        "verifier_id": life.verifier.pk if life.verifier else None,
        "effectiveness_check_on": life.check_on,
        "effect": life.look.verdict.value if life.look else "",
        "created_by_id": start.lead.pk,
        "version": 1 + len(life.steps) + len(life.slips) + bool(life.look),
        "created_at": start.created,
        "updated_at": touched,
    }


def _owner(life: Life) -> int | None:
    """Every second idea has nobody yet."""
    is_idea = life.status == Status.PROPOSED
    return None if is_idea and life.start.created.minute % 2 else life.start.owner.pk
