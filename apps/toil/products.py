"""What services cost their teams. A service is what the catalogue knows of a product; several of them, such as those
with one tag, make a greater one.

The share of a service is what its own team logged for it ÷ all that this team had: the shares of a team's services, and
what belongs to none of them, add up to the team's. What other teams and guests did for it stands beside, since their
time is not in what it is divided by. Of several services both are added up, each team once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, ExpressionWrapper, F, FilteredRelation, Q, Sum

from apps.accounts.models import Team
from apps.core.engines import Among
from apps.services.models import Service
from apps.toil.figures import sum_days
from apps.toil.models import TeamWeek, ToilSlice
from apps.toil.models.week import DatedWeek
from apps.toil.percent import Share
from apps.toil.periods import Period


@dataclass(frozen=True, slots=True)
class ServiceToil:
    """Of one service in a period. `seconds` by people who counted for its team, `others` by everybody else."""

    team_id: int
    seconds: int
    others: int
    capacity_minutes: Decimal

    @property
    def share(self) -> Share:
        return Share(self.seconds, self.capacity_minutes)


def toil_of_services(services: Iterable[Service], period: Period) -> dict[int, ServiceToil]:
    """{pk: what it cost}; three statements, however many."""
    owners = {service.pk: service.owner_team_id for service in services}
    if not owners:
        return {}
    capacity = _capacity(set(owners.values()), period)
    own, others = dict.fromkeys(owners, 0), dict.fromkeys(owners, 0)
    for service, is_own, seconds in _seconds(owners, period):
        (own if is_own else others)[service] += seconds
    return {pk: ServiceToil(team, own[pk], others[pk], capacity[team]) for pk, team in owners.items()}


def product(found: Iterable[ServiceToil]) -> Share:
    """Of several services together: what their teams logged for them ÷ what these teams had."""
    rows = list(found)
    teams = {row.team_id: row.capacity_minutes for row in rows}
    return Share(sum(row.seconds for row in rows), sum(teams.values(), Decimal(0)))


def _capacity(teams: set[int], period: Period) -> dict[int, Decimal]:
    weeks: dict[int, list[DatedWeek]] = {team: [] for team in teams}
    rows = TeamWeek.objects.filter(team__in=teams).touching(period).order_by()
    for week in map(DatedWeek, rows.values_list(*DatedWeek.COLUMNS)):
        weeks[week.team_id].append(week)
    return {team: sum_days(found, period).capacity for team, found in weeks.items()}


def _seconds(owners: Mapping[int, int], period: Period) -> Iterable[tuple[int, bool, int]]:
    """(service, whether somebody who counted for its team did it, seconds)."""
    teams = Team.objects.order_by().values_list("pk", flat=True)
    rows = ToilSlice.objects.toil().of_teams(teams, period.start, period.end)
    placed = (
        rows.filter(Among("entry__service", owners))
        .order_by()
        .annotate(place=_place(), service=F("entry__service"))
    )
    counted = placed.annotate(counts=ExpressionWrapper(Q(place__isnull=False), BooleanField()))
    sums = counted.values_list("service", "team", "counts").annotate(n=Sum("attributed"))
    for service, team, counts, seconds in sums:
        yield service, counts and team == owners[service], seconds


def _place() -> FilteredRelation:
    """Of the person in the team on the day; one at most, and joined once for all."""
    until = Q(person__memberships__valid_to__isnull=True) | Q(
        person__memberships__valid_to__gt=F("local_date")
    )
    covers = until & Q(
        person__memberships__team=F("team"),
        person__memberships__counts_capacity=True,
        person__memberships__valid_from__lte=F("local_date"),
    )
    return FilteredRelation("person__memberships", condition=covers)
