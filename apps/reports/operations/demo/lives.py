"""What becomes of an action item between being written down and today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from apps.action_items.models import COMMITTED, ActionItemPolicy, Kind, Status, Verdict
from apps.action_items.models.policy import SHIPPED
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.stage import Person, Stage
from apps.reports.operations.demo.words.follow_ups import BLOCKS, DROPS, DUPLICATE, SLIPS

MOST_SLIPS = 3
URGENT = 1
POLICY = ActionItemPolicy(**SHIPPED)
CHECK_AFTER = timedelta(days=POLICY.check_after_days)
FRESH = timedelta(days=45)
LOOKS = (
    (Verdict.HELD, "Looked through the incidents of the service since: none of them took this way."),
    (Verdict.CAME_BACK, "It happened once more by another path that the change does not cover."),
    (Verdict.CANNOT_TELL, "What set it off has not happened again, so nothing put it to the test."),
)


class Start(NamedTuple):
    """What is known of an item when it is written down."""

    created: datetime
    owner: Person
    lead: Person
    others: list[Person]
    kind: Kind
    priority: int
    severity: int | None


class Step(NamedTuple):
    at: datetime
    source: Status
    to: Status
    by: Person
    reason: str = ""
    is_automatic: bool = False


class Look(NamedTuple):
    """What somebody said about whether it helped."""

    at: datetime
    verdict: Verdict
    note: str


class Slip(NamedTuple):
    at: datetime
    before: date
    after: date
    reason: str


@dataclass(slots=True)
class Life:
    start: Start
    status: Status = Status.PROPOSED
    first_due: date | None = None
    due: date | None = None
    committed: datetime | None = None
    done: datetime | None = None
    verified: datetime | None = None
    verifier: Person | None = None
    reason: str = ""
    steps: list[Step] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    look: Look | None = None

    @property
    def since(self) -> datetime:
        return self.steps[-1].at if self.steps else self.start.created

    @property
    def is_live(self) -> bool:
        return self.status in COMMITTED

    @property
    def check_on(self) -> date | None:
        if self.verified is None or self.start.kind not in (Kind.PREVENT, Kind.DETECT):
            return None
        return self.verified.date() + CHECK_AFTER

    def move(
        self, to: Status, at: datetime, by: Person, reason: str = "", *, is_automatic: bool = False
    ) -> None:
        self.steps.append(Step(at, self.status, to, by, reason, is_automatic))
        self.status, self.reason = to, reason


def live(
    stage: Stage, chance: Chance, start: Start, *, stays_open: bool = False, must_end: bool = False
) -> Life:
    """One life, up to now. `must_end` is for owners whose open items are told elsewhere."""
    life = Life(start)
    committed = start.owner.at_work(start.created + chance.between(0, 3, unit="days"), chance)
    is_idea = not must_end and not stays_open and chance.happens(_proposed(stage, start))
    if is_idea or committed > stage.now:
        return life
    days = usual_days(start)
    due = stage.today + timedelta(days=chance.randint(5, 400)) if stays_open else committed.date() + days
    commit(life, committed, due)
    if not stays_open:
        end = start.owner.at_work(committed + days * chance.lognormvariate(-0.1, 0.7), chance)
        if must_end:
            end = min(end, stage.now - chance.between(2, 20, unit="hours"))
        _go_on(stage, chance, life, max(end, committed + timedelta(minutes=30)))
    return life


def _proposed(stage: Stage, start: Start) -> float:
    """Ideas of the last weeks wait to be taken up; few old ones do."""
    return 0.2 if stage.now - start.created < FRESH else 0.02


def usual_days(start: Start) -> timedelta:
    return timedelta(days=POLICY.days_for(start.priority, start.severity))


def commit(life: Life, at: datetime, due: date) -> None:
    life.committed = at
    life.first_due = life.due = life.start.owner.calendar.working_day_on_or_after(due)
    life.move(Status.OPEN, at, life.start.owner)


def _go_on(stage: Stage, chance: Chance, life: Life, end: datetime) -> None:
    _slip(chance, life, end, now=stage.now)
    if life.due:  # nobody lets it lie for ever
        end = min(end, noon(life.due) + chance.between(2, 40, unit="days"))
    way = chance.random() if end < stage.now else 1.0
    if way < 0.05 and not (life.start.priority <= URGENT and life.start.lead is life.start.owner):
        life.move(Status.WONT_DO, end, life.start.lead, chance.choice(DROPS))
    elif 0.05 <= way < 0.07:
        life.move(Status.DUPLICATE, end, life.start.owner, DUPLICATE)
    else:
        _work(stage, chance, life, end)


def _slip(chance: Chance, life: Life, end: datetime, *, now: datetime) -> None:
    """Whoever will be late mostly says so, a few days before the date."""
    owner = life.start.owner
    while life.due and life.due < end.date() and len(life.slips) < MOST_SLIPS and chance.happens(0.6):
        at = owner.at_work(noon(life.due) - chance.between(1, 4, unit="days"), chance)
        after = owner.calendar.working_day_on_or_after(
            life.due + timedelta(days=chance.choice((7, 10, 14, 21, 28)))
        )
        if at > min(now, end) or at < life.since:
            return
        life.slips.append(Slip(at, life.due, after, chance.choice(SLIPS)))
        life.due = after


def _work(stage: Stage, chance: Chance, life: Life, end: datetime) -> None:
    _begin(chance, life, min(end, stage.now), is_done=end < stage.now)
    if end < stage.now:
        finish(life, end)
        _verify(stage, chance, life, end)
        _look(stage, life)


def finish(life: Life, at: datetime) -> None:
    life.done = at
    life.move(Status.DONE, at, life.start.owner)


def _begin(chance: Chance, life: Life, until: datetime, *, is_done: bool) -> None:
    """Most are begun, some wait in between; what is done waits no more."""
    owner, left = life.start.owner, until - life.since
    if chance.happens(0.65):
        life.move(Status.IN_PROGRESS, life.since + left * chance.uniform(0.2, 0.6), owner)
        left = until - life.since
        if chance.happens(0.12):
            life.move(
                Status.BLOCKED, life.since + left * chance.uniform(0.2, 0.5), owner, chance.choice(BLOCKS)
            )
            if is_done or chance.happens(0.3):
                life.move(Status.IN_PROGRESS, life.since + (until - life.since) * 0.6, owner)


def _verify(stage: Stage, chance: Chance, life: Life, done: datetime) -> None:
    """The end of what is urgent is confirmed by somebody else, that of the rest by the policy. The draws are made
    for all alike, so that a change of the policy changes nothing else of the history."""
    seen = _sight(stage, chance, life, done)
    if life.start.priority > URGENT:
        verify(life, done, None)
    elif seen:
        verify(life, *seen)


def _sight(stage: Stage, chance: Chance, life: Life, done: datetime) -> tuple[datetime, Person] | None:
    start = life.start
    others = [person for person in start.others if person is not start.owner]
    is_urgent = start.priority <= URGENT
    if not chance.happens(0.85 if is_urgent else 0.6) or (is_urgent and not others):
        return None
    verifier = chance.choice(others) if others else start.owner
    at = verifier.at_work(done + chance.between(1, 9, unit="days"), chance)
    return (at, verifier) if at < stage.now else None


def verify(life: Life, at: datetime, verifier: Person | None) -> None:
    life.verified, life.verifier = at, verifier
    life.move(Status.VERIFIED, at, verifier or life.start.owner, is_automatic=verifier is None)


def _look(stage: Stage, life: Life) -> None:
    """Most owners say in the week after its day whether it helped; of some nobody has said so yet."""
    chance = stage.chance(f"looking at what was done {life.done}")
    if life.check_on is None or not chance.happens(0.85):
        return
    at = life.start.owner.at_work(noon(life.check_on) + chance.between(0, 7, unit="days"), chance)
    if at < stage.now:
        verdict, note = chance.weighted(tuple(LOOKS), (7, 2, 1))
        life.look = Look(at, verdict, note)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
