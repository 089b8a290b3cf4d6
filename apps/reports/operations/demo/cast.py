"""What is told by hand: the incidents of today, and what the people one signs in as still owe."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from apps.action_items.models import Source, Status
from apps.incidents.models import IncidentKind, IncidentStatus
from apps.postmortems.models import PostmortemStatus
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.clocks import Clock, Move, moves_of
from apps.reports.operations.demo.commanding import tell_command
from apps.reports.operations.demo.cues import Cue
from apps.reports.operations.demo.incidents import write_case
from apps.reports.operations.demo.lines import clip, lines_of
from apps.reports.operations.demo.lives import Life, Slip, Start, commit, noon
from apps.reports.operations.demo.plans import Ending, Facts, Plan
from apps.reports.operations.demo.promises import Promises
from apps.reports.operations.demo.stage import Person, Stage
from apps.reports.operations.demo.texts import texts_of
from apps.reports.operations.demo.words.cast import (
    LEAD,
    OWED,
    REVIEWED,
    SETTLEMENT,
    SETTLEMENT_PLOT,
    TODAY,
    Owed,
    Scene,
)
from apps.reports.operations.demo.words.plots import PLOTS
from apps.reports.operations.demo.words.shapes import Plot
from apps.reports.operations.demo.write_ups import Turn, WriteUp, store

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REVIEWED_ITEMS, FRIDAY = 2, 4
UNWRITTEN = ("background", "surprises", "lessons")


def cues_of_cast(stage: Stage, promises: Promises) -> list[Cue]:
    alone = [owed for owed in OWED if not owed.is_settlement]
    found = [
        Cue(
            stage.now - owed.made_ago * DAY,
            partial(_owe, stage, promises, owed, Source.REVIEW),
            action_items=1,
        )
        for owed in alone
    ]
    settled = len(OWED) - len(alone)
    play = partial(_tell_settlement, stage, promises)
    found.append(Cue(_began(stage, SETTLEMENT), play, incidents=1, postmortems=1, action_items=settled))
    for scene in REVIEWED:
        if scene.service in stage.works:
            play = partial(_tell_reviewed, stage, promises, scene)
            found.append(
                Cue(_began(stage, scene), play, incidents=1, postmortems=1, action_items=REVIEWED_ITEMS)
            )
    for scene in TODAY:
        if scene.service in stage.works:
            found.append(Cue(_began(stage, scene), partial(_tell_today, stage, scene), incidents=1))
    return found


def _began(stage: Stage, scene: Scene) -> datetime:
    """Minutes ago, or at a time of day some days ago."""
    if scene.clock is None:
        return stage.now - scene.began * MINUTE
    return datetime.combine(stage.today - scene.began * DAY, scene.clock, stage.now.tzinfo)


def _owe(
    stage: Stage, promises: Promises, owed: Owed, source: Source, case: Case | None = None
) -> tuple[int, int]:
    owner, lead = stage.person(owed.email), stage.person(LEAD)
    created = stage.now - owed.made_ago * DAY - 3 * MINUTE
    life = Life(Start(created, owner, lead, [], owed.promise.kind, owed.priority, None))
    commit(life, created + MINUTE, stage.today)
    life.due = stage.today + owed.due_in * DAY
    life.first_due = due = life.due - sum(days for days, _ in owed.slips) * DAY
    for days, reason in owed.slips:
        life.slips.append(Slip(_said_at(stage, created, due), due, due + days * DAY, reason))
        due += days * DAY
    if owed.status != Status.OPEN:
        life.move(Status(owed.status), created + (stage.now - created) * 0.4, owner, owed.note)
    return promises.write(life, owed.promise, stage.works[owed.service], source=source, case=case)


def _said_at(stage: Stage, created: datetime, due: date) -> datetime:
    """Two days before the date, between the promise and now."""
    return min(max(noon(due) - 2 * DAY, created + 2 * MINUTE), stage.now - DAY)


def _tell_settlement(stage: Stage, promises: Promises) -> None:
    """The incident whose postmortem the lead is writing."""
    scene, start = SETTLEMENT, _began(stage, SETTLEMENT)
    clock = Clock(start, *(start + minutes * MINUTE for minutes in (20, 22, 25, 31, 206)))
    case = _case(stage, scene, clock, moves_of(Ending.PLAIN, clock, clock.ended + DAY))
    case.works.append(stage.works["payout-files"])
    write_case(stage, case, stage.chance(scene.title))
    items = [_owe(stage, promises, owed, Source.POSTMORTEM, case) for owed in OWED if owed.is_settlement]
    texts = texts_of(case) | dict.fromkeys(UNWRITTEN, "")
    store(stage, WriteUp(case, case.commander, _weekday(clock.ended + 1.5 * DAY), items, [], texts))


def _tell_reviewed(stage: Stage, promises: Promises, scene: Scene) -> None:
    """An incident of the last days whose postmortem is under way: one step a day from the fourth day on."""
    start = _began(stage, scene)
    clock = _clock(start, scene)
    case = _case(stage, scene, clock, moves_of(Ending.PLAIN, clock, None))
    write_case(stage, case, stage.chance(scene.title))
    items = promises.of_case(case, most=REVIEWED_ITEMS, source=Source.POSTMORTEM)
    readers = (case.commander, _named(stage, scene.reviewer))
    turns = [
        Turn(
            _weekday(start + (4 + place) * DAY),
            PostmortemStatus(status),
            readers[place % 2],
            scene.summary if place else "",
        )
        for place, status in enumerate(scene.path)
    ]
    store(stage, WriteUp(case, case.commander, _weekday(start + 1.2 * DAY), items, turns, texts_of(case)))


def _weekday(moment: datetime) -> datetime:
    """What falls on a weekend was done on the Friday before."""
    return moment - max(0, moment.weekday() - FRIDAY) * DAY


def _clock(start: datetime, scene: Scene) -> Clock:
    declared, mitigated = (start + minutes * MINUTE for minutes in (scene.declared, scene.mitigated))
    ended = mitigated + (mitigated - start) / 2
    return Clock(start, start + (declared - start) / 2, declared, declared + 3 * MINUTE, mitigated, ended)


def _tell_today(stage: Stage, scene: Scene) -> None:
    started, declared, calm = (
        stage.now - minutes * MINUTE for minutes in (scene.began, scene.declared, scene.mitigated)
    )
    clock = Clock(
        started, declared - 2 * MINUTE, declared, declared + 3 * MINUTE, calm, stage.now + 60 * MINUTE
    )
    states = [IncidentStatus(name) for name in scene.path]
    times = [declared, declared + 3 * MINUTE, declared + (min(calm, stage.now) - declared) * 0.7]
    if scene.path[-1] == IncidentStatus.MITIGATED:
        times = [declared, clock.share(0.5), calm]
    moves = [Move(before, to, at) for before, to, at in zip(["", *states], states, times, strict=False)]
    case = _case(stage, scene, clock, moves)
    case.summary = scene.summary
    write_case(stage, case, stage.chance(scene.title))
    tell_command(stage, case)


def _case(stage: Stage, scene: Scene, clock: Clock, moves: list[Move]) -> Case:
    plan = _plan(stage, scene)
    roles = {role: _named(stage, name) for role, name in scene.roles}
    known = [move for move in moves if move.at <= stage.now]
    case = Case(plan, clock, known, roles, list(roles.values())[-1], [plan.work])
    case.summary = f"{plan.title}. {plan.plot.trigger.format(**plan.facts._asdict())}"
    case.lines = clip(lines_of(case, stage.chance(scene.title), is_lean=False), stage.now)
    return case


def _plan(stage: Stage, scene: Scene) -> Plan:
    work, plot = stage.works[scene.service], _plot(scene.plot)
    words = {"service": work.slug, "noun": work.product.noun, "team": work.squad.name, "place": "eu-west"}
    numbers = {"peak": scene.peak, "rest": max(2, scene.peak // 2), "many": "2,300"}
    facts = Facts(**words, **numbers, other=scene.other, version="5.43.0", older="5.42.1")  # type: ignore[arg-type]
    return Plan(
        _began(stage, scene), scene.title, work, plot, scene.severity, IncidentKind.REAL, Ending.PLAIN, facts
    )


def _plot(slug: str) -> Plot:
    plots: dict[str, Plot] = {plot.slug: plot for plot in (*PLOTS, SETTLEMENT_PLOT)}
    return plots[slug]


def _named(stage: Stage, name: str) -> Person:
    return next(person for person in stage.people if person.user.name == name)
