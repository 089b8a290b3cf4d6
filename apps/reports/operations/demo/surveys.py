"""What people said in the last surveys, a little more than they logged, and tickets that were counted elsewhere."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from apps.accounts.calendar import local_slot
from apps.reports.operations.demo.stage import Squad, Stage, Stay
from apps.reports.operations.demo.toil import share_of
from apps.toil.models import SurveyAnswer, TicketCount, ToilSource, Trigger
from apps.toil.surveys.rules import Season, seasons_until

QUARTERS = 5
SAID = 0.8
"""So many of those who are asked answer."""
MORE = {"storefront": 1.5}
"""One team says much more than it logs."""
USUALLY = 1.05


def make_surveys(stage: Stage) -> None:
    answers = [
        answer
        for season in seasons_until(stage.today, QUARTERS)[1:]
        for squad in stage.squads.values()
        for stay in squad.stays
        if (answer := _answer(stage, season, squad, stay))
    ]
    SurveyAnswer.objects.bulk_create(answers, batch_size=500)
    _count_tickets(stage)


def _answer(stage: Stage, season: Season, squad: Squad, stay: Stay) -> SurveyAnswer | None:
    user = stay.person.user
    chance = stage.chance(f"survey of {user.slug} in {squad.slug} from {season.opens_on}")
    days = [day for day in season.about.days if stay.counts and stay.covers(day)]
    minutes = sum(stay.person.calendar.capacity_minutes(day) for day in days)
    if not minutes or not chance.happens(SAID):
        return None
    share = share_of(stage, squad, season.about.start) * MORE.get(squad.slug, USUALLY)
    sources = ToilSource.objects.filter(team=squad.pk).order_by("pk")[:3]
    return SurveyAnswer(
        uuid=chance.uuid(),
        person=user,
        team_id=squad.pk,
        quarter=season.quarter.start,
        share_pct=min(100, round(100 * share * chance.lognormvariate(0, 0.25) / 5) * 5),
        worst=chance.choice(list(sources)) if sources else None,
        capacity_minutes=Decimal(minutes * stay.pct) / 100,
        answered_at=_at(season, stay),
    )


def _at(season: Season, stay: Stay) -> datetime:
    day = stay.person.calendar.working_day_on_or_after(season.opens_on)
    return local_slot(day, time(11), stay.person.user.zone)


def _count_tickets(stage: Stage) -> None:
    """Of the first source of each team that tickets set off."""
    season = seasons_until(stage.today, 2)[1]
    for squad in stage.squads.values():
        source = ToilSource.objects.filter(team=squad.pk, trigger=Trigger.TICKET).order_by("pk").first()
        if source:
            count = stage.chance(f"tickets of {squad.slug}").randint(60, 180)
            TicketCount.objects.create(source=source, quarter=season.quarter.start, count=count)
