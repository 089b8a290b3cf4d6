"""Chores that a machine took over: each an action item, and less toil from then on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from apps.action_items.models import Priority, Source, Status
from apps.reports.operations.demo.cues import Cue
from apps.reports.operations.demo.incidents import team_on
from apps.reports.operations.demo.lives import Life, Start, commit, finish, verify
from apps.reports.operations.demo.plans import lower_first
from apps.reports.operations.demo.promises import Promises
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.chores import CHORES
from apps.reports.operations.demo.words.follow_ups import AUTOMATIONS
from apps.reports.operations.demo.words.shapes import Chore

WHEN = (0.45, 0.8)
BUILDING = timedelta(days=40)
Automated = dict[tuple[str, str], date]


def cues_of_automations(stage: Stage, promises: Promises) -> tuple[list[Cue], Automated]:
    """Two of each team, one early and one late in the history."""
    chance, cues, automated = stage.chance("automations"), list[Cue](), Automated()
    for slug, chores in CHORES.items():
        for chore, share in zip(chores, WHEN, strict=False):
            if slug in stage.squads:
                done = stage.start + (stage.now - stage.start) * (share + chance.uniform(-0.1, 0.08))
                automated[slug, chore.text] = done.date()
                cues.append(
                    Cue(done - BUILDING, partial(_automate, stage, promises, chore, done), action_items=1)
                )
    return cues, automated


def _automate(stage: Stage, promises: Promises, chore: Chore, done: datetime) -> None:
    chance, work = stage.chance(chore.text), stage.works[chore.service]
    team = team_on(stage, work, done.date())
    owner, lead = team[-1], team[0]
    words = {"service": work.slug, "chore": lower_first(chore.text)}
    promise = chance.choice(AUTOMATIONS)
    promise = promise._replace(title=promise.title.format(**words))
    life = Life(Start(done - BUILDING, owner, lead, team, promise.kind, Priority.P2, None))
    commit(life, owner.at_work(done - BUILDING, chance), (done + timedelta(days=5)).date())
    life.move(Status.IN_PROGRESS, done - BUILDING * 0.6, owner)
    finish(life, done)
    verify(life, done, None)
    promises.write(life, promise, work, source=Source.TOIL)
