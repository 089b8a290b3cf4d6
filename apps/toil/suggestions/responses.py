"""Who did what in which incident, and whether it is toil: read for everybody at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from apps.accounts.models import Membership, Team, User
from apps.incidents.models import (
    EntryKind,
    Incident,
    IncidentKind,
    IncidentLink,
    IncidentStatus,
    LinkKind,
    TimelineEntry,
)
from apps.intake.models import AlertVote
from apps.services.models import Service
from apps.toil.models import Reduction, SourceStatus, ToilEntry, ToilSource
from apps.toil.sources.checks import REPETITIVE_DAYS, REPETITIVE_ENTRIES

Moments = Mapping[int, Mapping[int, list[datetime]]]
"""By person and incident."""
ALERT_EPISODE = re.compile(r"(?P<alert>[0-9a-f-]{36}):[0-9]+")


@dataclass(slots=True)
class Known:
    """The incidents of a while, and what is known about each."""

    incidents: dict[int, Incident]
    moments: Moments = field(default_factory=dict)
    repeated: Collection[int] = ()
    sources: Mapping[int, ToilSource] = field(default_factory=dict)

    def services(self, incident: int) -> list[Service]:
        return list(self.incidents[incident].services.all())


def incidents_since(since: datetime) -> dict[int, Incident]:
    """Real ones and near misses that began or go on after this moment. Work on a drill is no operational work."""
    rows = Incident.objects.filter(kind__in=(IncidentKind.REAL, IncidentKind.NEAR_MISS))
    rows = rows.exclude(status=IncidentStatus.MERGED)
    recent = rows.filter(Q(started_at__gte=since) | Q(pk__in=Incident.objects.open().values("pk")))
    return {row.pk: row for row in recent.prefetch_related("services__owner_team")}


def known_since(since: datetime, people: Collection[int] | None = None) -> Known:
    """Eight queries, however much there is; `people` narrows whose moments are read."""
    incidents = incidents_since(since - timedelta(days=1))
    found = Known(incidents, moments_of(incidents, since - timedelta(days=1), people))
    touched = {pk for mine in found.moments.values() for pk in mine}
    found.repeated = repeated_among([incidents[pk] for pk in touched])
    found.sources = _sources_of(touched)
    return found


def moments_of(
    incidents: Mapping[int, Incident], since: datetime, people: Collection[int] | None = None
) -> Moments:
    """What stands in the timeline under somebody's name, and votes on alerts. It counts when it was written down, and
    an action when it was taken; what is written after the end is no response any more."""
    rows = TimelineEntry.objects.filter(incident__in=incidents, recorded_at__gte=since)
    rows = rows.filter(author__is_system=False, author__is_active=True).order_by()
    votes = AlertVote.objects.filter(alert__incident__in=incidents, at__gte=since).order_by()
    if people is not None:
        rows, votes = rows.filter(author__in=people), votes.filter(person__in=people)
    found: defaultdict[int, defaultdict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for person, pk, kind, at, recorded_at in rows.values_list(
        "author", "incident", "kind", "at", "recorded_at"
    ):
        moment = (min(at, recorded_at) if kind == EntryKind.ACTION else recorded_at).replace(microsecond=0)
        if not _is_after_the_end(incidents[pk], moment):
            found[person][pk].append(moment)
    for person, pk, at in votes.values_list("person", "alert__incident", "at"):
        found[person][pk].append(at.replace(microsecond=0))
    return found


def _is_after_the_end(incident: Incident, moment: datetime) -> bool:
    """The move that ended it is written down just after it."""
    return bool(incident.resolved_at and moment > incident.resolved_at + timedelta(minutes=1))


def repeated_among(incidents: Iterable[Incident]) -> set[int]:
    """Those that came at least the third time in 90 days: by the alert that opened them, or by who said that the one
    is the other again. What is new is no toil."""
    wanted = list(incidents)
    if not wanted:
        return set()
    since = min(row.started_at for row in wanted) - timedelta(days=REPETITIVE_DAYS)
    groups = [*_by_alert(since), *_by_cause(since)]
    return {row.pk for row in wanted if any(_is_repeated(row, group) for group in groups)}


Group = dict[int, datetime]
"""When each of the incidents began that are alike."""


def _is_repeated(row: Incident, group: Group) -> bool:
    if row.pk not in group:
        return False
    since = row.started_at - timedelta(days=REPETITIVE_DAYS)
    return sum(since < moment <= row.started_at for moment in group.values()) >= REPETITIVE_ENTRIES


def _by_alert(since: datetime) -> Iterable[Group]:
    groups: defaultdict[str, Group] = defaultdict(dict)
    rows = Incident.objects.filter(started_at__gte=since).exclude(external_id="").order_by()
    for pk, started_at, external_id in rows.values_list("pk", "started_at", "external_id"):
        episode = ALERT_EPISODE.fullmatch(external_id)
        if episode:
            groups[episode["alert"]][pk] = started_at
    return groups.values()


def _by_cause(since: datetime) -> Iterable[Group]:
    """Of links that say so, over as many as hang together."""
    links = IncidentLink.objects.of_kind(LinkKind.RECURRENCE_OF).filter(from_incident__started_at__gte=since)
    names = ("from_incident", "to_incident", "from_incident__started_at", "to_incident__started_at")
    groups: dict[int, Group] = {}
    for one, other, began, other_began in links.values_list(*names):
        merged = {one: began, other: other_began} | groups.get(one, {}) | groups.get(other, {})
        groups |= dict.fromkeys(merged, merged)
    return groups.values()


def _sources_of(incidents: Collection[int]) -> dict[int, ToilSource]:
    """The source that somebody's entry on it named, or that a promise after it reduces."""
    entries = ToilEntry.objects.filter(incident__in=incidents, source__isnull=False).counting().order_by("pk")
    plans = Reduction.objects.filter(item__incident__in=incidents).order_by("pk")
    pairs = [
        *plans.values_list("item__incident", "source"),
        *entries.values_list("incident", "source"),
    ]
    sources = ToilSource.objects.exclude(status=SourceStatus.RETIRED).in_bulk({pk for _, pk in pairs})
    return {incident: sources[pk] for incident, pk in pairs if pk in sources}


def places_of(people: Collection[int], since: datetime) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {pk: [] for pk in people}
    rows = Membership.objects.filter(user__in=people).since(since.date() - timedelta(days=1))
    for row in rows.select_related("team").order_by("team__name"):
        found[row.user_id].append(row)
    return found


def team_for(
    person: User, places: Iterable[Membership], services: list[Service], at: datetime
) -> Team | None:
    """The team that owns what was hurt if the person is in it on that day, else their own, else the owner's."""
    day = at.astimezone(person.zone).date()
    teams = [row.team for row in places if row.covers(day)]
    owners = {service.owner_team_id for service in services}
    theirs = next((team for team in teams if team.pk in owners), None)
    return theirs or next(iter([*teams, *(service.owner_team for service in services)]), None)
