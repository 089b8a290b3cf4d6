"""Where the demo's toil comes from, and the plans for less of it: kept ones, and two ideas that nobody promised yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.text import slugify

from apps.action_items.models import ActionItem
from apps.action_items.models import Source as CameFrom
from apps.reports.operations.demo.automations import BUILDING, Automated
from apps.reports.operations.demo.chores import make_chores
from apps.reports.operations.demo.stage import Squad, Stage
from apps.reports.operations.demo.words.chores import CHORES, EVERYWHERE
from apps.reports.operations.demo.words.shapes import Chore
from apps.toil.models import Category, Reduction, Strategy, ToilEntry, ToilSource, Trigger
from apps.toil.operations.labelling import label_again
from apps.toil.operations.reductions import weigh
from apps.toil.periods import EVER

NAMED = {"payments": 99, "data-platform": 99, "search": 12, "identity": 12}
FEW = 8
"""How many of each team's chores are named; the rest is still only words in the log."""
COMMON = {"payments": 5, "data-platform": 6}
"""Of those that every team has: what the first two have named too."""
KEPT_UP = 10
IDEAS = {
    "payments": (3, Strategy.ALERT, 360, "Nights without a page that needs nobody"),
    "search": (2, Strategy.SELF_SERVICE, 2400, "Shops need not wait for us"),
}


def make_sources(stage: Stage, automated: Automated) -> None:
    for squad in stage.squads.values():
        sources = [_source(stage, squad, chore) for chore in _named(squad.slug)]
        for source in sources:
            if done := automated.get((squad.slug, source.name)):
                items = ActionItem.objects.filter(source=CameFrom.TOIL, team=squad.pk, done_at__date=done)
                if item := items.order_by("pk").first():
                    _reduce(stage, source, item)
        if squad.slug in IDEAS:
            _idea(stage, sources, squad)
    while label_again([squad.pk for squad in stage.squads.values()], EVER):
        pass
    make_chores(stage)


def _named(team: str) -> tuple[Chore, ...]:
    return (*CHORES.get(team, ())[: NAMED.get(team, FEW)], *EVERYWHERE[: COMMON.get(team, 0)])


def _source(stage: Stage, squad: Squad, chore: Chore) -> ToilSource:
    work = stage.works.get(chore.service)
    name = f"{squad.slug} {chore.text}" if chore in EVERYWHERE else chore.text
    source = ToilSource.objects.create(
        slug=slugify(name)[:60].rstrip("-"),
        name=chore.text,
        team_id=squad.pk,
        service_id=work.pk if work else None,
        category=chore.category,
        trigger=chore.trigger,
        is_manual=True,
        is_automatable=chore.category != Category.OPAQUE_TROUBLESHOOTING,
        is_tactical=chore.trigger in {Trigger.PAGE, Trigger.TICKET, Trigger.REQUEST},
        leaves_nothing=chore.category != Category.MIGRATION,
        grows=True if chore.category == Category.BUSINESS_PROCESS else None,
    )
    ToilSource.objects.filter(pk=source.pk).update(created_at=stage.start, updated_at=stage.start)
    ToilEntry.objects.filter(team=squad.pk, text=chore.text).update(source=source)
    return source


def _reduce(stage: Stage, source: ToilSource, item: ActionItem) -> None:
    promised = item.committed_at or item.created_at
    chance = stage.chance(f"less of {source.slug}")
    plan = Reduction(
        strategy=Strategy.AUTOMATE,
        expected_pct=chance.choice((80, 90)),
        build_minutes=60 * chance.choice((24, 30, 40)),
        maintenance_minutes=KEPT_UP,
        started_on=(promised + BUILDING * 0.4).date(),
        item=item,
        created_by=item.created_by,
    )
    _write(stage, plan, source, promised)


def _idea(stage: Stage, sources: list[ToilSource], squad: Squad) -> None:
    place, strategy, minutes, benefits = IDEAS[squad.slug]
    plan = Reduction(strategy=strategy, expected_pct=60, build_minutes=minutes, other_benefits=benefits)
    plan.created_by = squad.on(stage.today)[0].user
    _write(stage, plan, sources[place], stage.now - timedelta(days=6))


def _write(stage: Stage, plan: Reduction, source: ToilSource, at: datetime) -> None:
    """As it would have been weighed on that day."""
    plan.source, plan.uuid = source, stage.chance(f"plan for {source.slug}").uuid()
    weigh(plan, at)
    plan.save()
    Reduction.objects.filter(pk=plan.pk).update(created_at=at, updated_at=at)
