"""The survey read for a page: what somebody is asked now, and what a team said beside what it logged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from statistics import median

from django.db.models import Count

from apps.accounts.models import Membership, Team, User
from apps.toil.figures import capacity_of_person, sum_days
from apps.toil.models import SurveyAnswer, TeamWeek, TicketCount, ToilEntry, ToilSource, WorkKind
from apps.toil.percent import Share
from apps.toil.periods import Period, quarter_name
from apps.toil.surveys.rules import (
    FEWEST,
    Answer,
    Reading,
    Result,
    Season,
    estimate_seconds,
    ratio,
    reading_of,
    result_of,
    season_of,
    seasons_until,
)

SHOWN_QUARTERS = 9
MOST_WORST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is asked for one team."""

    team: Team
    season: Season
    answer: SurveyAnswer | None
    sources: list[ToilSource]


def asked_of(person: User, now: datetime) -> list[Asked]:
    """By name of the team; nothing while no survey is open, or without time for a team in the weeks it is about."""
    today = now.astimezone(person.zone).date()
    season = season_of(today)
    if not season.is_open_on(today):
        return []
    rows = Membership.objects.filter(user=person, counts_capacity=True)
    rows = rows.between(season.about.start, season.about.end).select_related("team").order_by("team__name")
    teams = {row.team_id: row.team for row in rows}
    given = {row.team_id: row for row in _own(person, season)}
    sources: defaultdict[int, list[ToilSource]] = defaultdict(list)
    for source in ToilSource.objects.current().filter(team__in=teams).order_by("name"):
        sources[source.team_id].append(source)
    return [
        Asked(team, season, given.get(pk), sources[pk])
        for pk, team in teams.items()
        if any(capacity_of_person(person, season.about, team).values())
    ]


def never_shown(teams: Iterable[Team], season: Season) -> list[Team]:
    """Those of them in which too few are asked for their answers ever to be shown."""
    asked = list(teams)
    rows = Membership.objects.filter(team__in=asked, counts_capacity=True)
    rows = rows.between(season.about.start, season.about.end).order_by()
    people = dict(rows.values_list("team").annotate(n=Count("user", distinct=True)))
    return [team for team in asked if people.get(team.pk, 0) < FEWEST]


def _own(person: User, season: Season) -> Iterable[SurveyAnswer]:
    return (
        SurveyAnswer.objects.visible_to(person).filter(quarter=season.quarter.start).select_related("worst")
    )


@dataclass(frozen=True, slots=True)
class Tickets:
    """Of one source and quarter: an estimate beside what was logged of it. `usual` is None when nothing was logged."""

    source: ToilSource
    count: int
    usual: Fraction | None
    logged_seconds: int

    @property
    def seconds(self) -> Fraction | None:
        return None if self.usual is None else estimate_seconds(self.count, self.usual)


@dataclass(frozen=True, slots=True)
class TeamSurvey:
    """One closed survey of a team. `result` is None with fewer than four answers, and so is all that comes of it."""

    season: Season
    result: Result | None
    logged: Share
    worst: list[tuple[str, int]]
    tickets: list[Tickets]

    @property
    def name(self) -> str:
        return quarter_name(self.season.quarter.start)

    @property
    def ratio(self) -> Fraction | None:
        return ratio(self.logged, self.result) if self.result else None

    @property
    def reading(self) -> Reading | None:
        return reading_of(self.ratio)

    @property
    def estimate(self) -> Fraction:
        return sum((row.seconds for row in self.tickets if row.seconds is not None), Fraction(0))


def surveys_of(team: Team, today: date) -> list[TeamSurvey]:
    """Newest first, those that are closed everywhere and have anything to say; five statements."""
    seasons = [each for each in seasons_until(today, SHOWN_QUARTERS) if each.is_over_everywhere(today)]
    if not seasons:
        return []
    starts = [each.quarter.start for each in seasons]
    answers: defaultdict[date, list[SurveyAnswer]] = defaultdict(list)
    for row in SurveyAnswer.objects.filter(team=team, quarter__in=starts).select_related("worst"):
        answers[row.quarter].append(row)
    reach = Period(seasons[-1].about.start, seasons[0].about.end)
    weeks = list(TeamWeek.objects.of_team(team).touching(reach))
    tickets = _tickets(team, seasons)
    found = [
        _of_season(each, answers[each.quarter.start], weeks, tickets[each.quarter.start]) for each in seasons
    ]
    return [row for row in found if row.result or row.tickets]


def _of_season(
    season: Season, answers: Sequence[SurveyAnswer], weeks: Sequence[TeamWeek], tickets: list[Tickets]
) -> TeamSurvey:
    result = result_of([Answer(row.share_pct, row.capacity_minutes) for row in answers])
    named = Counter(row.worst.name for row in answers if row.worst)
    worst = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORST]
    logged = sum_days(weeks, season.about).share
    is_shown = result.is_shown
    return TeamSurvey(season, result if is_shown else None, logged, worst if is_shown else [], tickets)


def _tickets(team: Team, seasons: Sequence[Season]) -> defaultdict[date, list[Tickets]]:
    starts = {each.quarter.start: each.quarter for each in seasons}
    rows = TicketCount.objects.filter(source__team=team, quarter__in=starts).select_related("source")
    counts = list(rows.order_by("source__name"))
    found: defaultdict[date, list[Tickets]] = defaultdict(list)
    if not counts:
        return found
    times = _times({row.source_id for row in counts}, Period(min(starts), max(starts.values(), key=_end).end))
    for row in counts:
        each = [pair for day, *pair in times[row.source_id] if day in starts[row.quarter]]
        usual = median(Fraction(seconds, times) for seconds, times in each) if each else None
        logged = sum(seconds for seconds, _ in each)
        found[row.quarter].append(Tickets(row.source, row.count, usual, logged))
    return found


def _end(period: Period) -> date:
    return period.end


def _times(sources: Iterable[int], period: Period) -> defaultdict[int, list[tuple[date, int, int]]]:
    """{source: [(day, seconds, how often)]} of what was logged as toil."""
    rows = ToilEntry.objects.filter(source__in=sources, kind=WorkKind.TOIL).counting()
    rows = rows.between(period.start, period.end).order_by()
    found: defaultdict[int, list[tuple[date, int, int]]] = defaultdict(list)
    for source, day, seconds, times in rows.values_list("source", "local_date", "seconds", "occurrences"):
        found[source].append((day, seconds, times))
    return found
