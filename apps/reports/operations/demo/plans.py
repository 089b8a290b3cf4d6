"""Which incident happens when, to what, and how bad: decided before anything is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from apps.incidents.models import IncidentKind
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.stage import Stage, Work
from apps.reports.operations.demo.words.plots import PLOTS
from apps.reports.operations.demo.words.plots_private import EXPOSURE, PRIVATE_TITLES
from apps.reports.operations.demo.words.products import EVERYWHERE, INSIDE, OUTSIDE
from apps.reports.operations.demo.words.shapes import Plot

SEVERITIES, SEVERITY_SHARES = (1, 2, 3, 4), (4, 17, 47, 32)
KINDS = (IncidentKind.REAL, IncidentKind.NEAR_MISS, IncidentKind.DRILL, IncidentKind.TEST)
KIND_SHARES = (86, 6, 6, 2)
HARMLESS = {IncidentKind.DRILL: 3, IncidentKind.TEST: 4}
TIER_WEIGHTS = {0: 4, 1: 3, 2: 2, 3: 1}
HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 8, 10, 10, 9, 8, 9, 10, 9, 8, 7, 5, 4, 4, 3, 3, 2)
LOWEST_TIER = 3
WEEKEND, FRIDAY = 0.45, 4
REGIONS = ("eu-west", "eu-central", "us-east", "ap-south")
FORM_SHARES, TRIES = (4, 5, 1), 8
Titles = set[tuple[str, str]]
QUIET = timedelta(hours=6)
PRIVATE = (0.35, 0.93)
"""Where in the row of incidents the private ones stand."""


class Ending(Enum):
    PLAIN = "plain"
    QUICK = "quick"
    TRIAGED = "triaged"
    BY_ITSELF = "by itself"
    RELAPSE = "relapse"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MERGED = "merged"


ENDINGS = tuple(Ending)
ENDING_SHARES = (42, 28, 10, 7, 5, 4, 2, 2)


class Facts(NamedTuple):
    """What is filled into the braces of a plot's texts."""

    service: str
    other: str
    place: str
    noun: str
    team: str
    peak: int
    rest: int
    many: str
    version: str
    older: str


class Plan(NamedTuple):
    started: datetime
    title: str
    work: Work
    plot: Plot
    severity: int
    kind: IncidentKind
    ending: Ending
    facts: Facts
    is_private: bool = False


def plan_incidents(stage: Stage, count: int) -> list[Plan]:
    chance, titles = stage.chance("plans"), Titles()
    works = list(stage.works.values())
    weights = [TIER_WEIGHTS[work.product.tier] for work in works]
    private = {int(count * place) for place in PRIVATE if count > len(PRIVATE)}
    return [
        _plan(
            chance, started, chance.weighted(works, weights), titles, stage=stage, is_private=place in private
        )
        for place, started in enumerate(_starts(stage, chance, count))
    ]


def _starts(stage: Stage, chance: Chance, count: int) -> list[datetime]:
    """Working hours and working days have more of them. The last hours are left to what is open now."""
    end, found = stage.now - QUIET, []
    for day in chance.moments(count, stage.start, end):
        if day.weekday() > FRIDAY and not chance.happens(WEEKEND):
            day -= timedelta(days=day.weekday() - chance.randint(2, FRIDAY))
        hour, minute = chance.weighted(range(24), HOURS), chance.randint(0, 59)
        found.append(day.replace(hour=hour, minute=minute, second=0, microsecond=0))
    return sorted(min(max(moment, stage.start), end) for moment in found)


def _plan(
    chance: Chance,
    started: datetime,
    work: Work,
    titles: Titles,
    *,
    stage: Stage,
    is_private: bool,
) -> Plan:
    if is_private:
        return _private_plan(chance, stage, started, len(titles))
    plot = chance.choice([plot for plot in PLOTS if not plot.needs or plot.needs in work.product.tags])
    kind = chance.weighted(KINDS, KIND_SHARES)
    severity = HARMLESS.get(kind, _severity(chance, work))
    ending = Ending.PLAIN if kind != IncidentKind.REAL else chance.weighted(ENDINGS, ENDING_SHARES)
    facts = _facts(chance, stage, work, severity=severity, started=started)
    title = _title(chance, work, plot, facts=facts, kind=kind, titles=titles)
    facts = facts._replace(place=next((place for place in REGIONS if place in title), facts.place))
    return Plan(started, title, work, plot, severity, kind, ending, facts)


def _private_plan(chance: Chance, stage: Stage, started: datetime, turn: int) -> Plan:
    """What only those may read who dealt with it."""
    title, slug = PRIVATE_TITLES[turn % len(PRIVATE_TITLES)]
    work = stage.works.get(slug) or next(iter(stage.works.values()))
    facts = _facts(chance, stage, work, severity=2, started=started)
    return Plan(started, title, work, EXPOSURE, 2, IncidentKind.REAL, Ending.PLAIN, facts, is_private=True)


def _severity(chance: Chance, work: Work) -> int:
    """Nothing in the lowest tier is ever as bad as the worst."""
    return min(4, chance.weighted(SEVERITIES, SEVERITY_SHARES) + (work.product.tier == LOWEST_TIER))


def _facts(chance: Chance, stage: Stage, work: Work, *, severity: int, started: datetime) -> Facts:
    needed = [slug for slug in (*work.product.hard, *work.product.soft) if slug in stage.works]
    weeks = max(0, (started - stage.start).days // 7)
    peak = chance.randint(*{1: (35, 92), 2: (9, 38), 3: (3, 14), 4: (2, 6)}[severity])
    return Facts(
        service=work.slug,
        other=chance.choice(
            needed or [near.slug for near in work.squad.works if near is not work] or [work.slug]
        ),
        place=chance.choice(REGIONS),
        noun=work.product.noun,
        team=work.squad.name,
        peak=peak,
        rest=max(1, peak // 4),
        many=f"{chance.randint(3, 90) * 10 ** (4 - severity):,}",
        version=f"{4 + weeks // 60}.{weeks % 60}.{chance.randint(0, 3)}",
        older=f"{4 + max(weeks - 1, 0) // 60}.{max(weeks - 1, 0) % 60}.1",
    )


def _title(
    chance: Chance, work: Work, plot: Plot, *, facts: Facts, kind: IncidentKind, titles: Titles
) -> str:
    """Distinct within the service as long as there are words left."""
    tail, found = plot.tail.format(**facts._asdict()), ""
    for _ in range(TRIES):
        symptom = chance.choice(work.product.symptoms)
        place = chance.choice((*EVERYWHERE, *(OUTSIDE if "http" in work.product.tags else INSIDE)))
        forms = (f"{symptom} {place}", f"{symptom} {tail}", f"{symptom} {place} {tail}")
        found = chance.weighted(forms, FORM_SHARES)
        if kind == IncidentKind.DRILL:
            found = f"Game day: {lower_first(symptom)} {place}"
        elif kind == IncidentKind.TEST:
            found = f"Test of the alert “{symptom}”"
        if (work.slug, found) not in titles:
            break
    titles.add((work.slug, found))
    return found


def lower_first(text: str) -> str:
    """For the middle of a sentence; abbreviations stay."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
