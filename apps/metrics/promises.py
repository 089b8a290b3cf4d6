"""What followed the incidents: write-ups, promises, repeats. Each read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Min

from apps.accounts.models import Membership
from apps.action_items.models import ActionItem, Look, Outcome, Status
from apps.incidents.models import IncidentLink, LinkKind, MilestoneKind
from apps.metrics.cases import Case, Cases, Scope
from apps.postmortems.models import Postmortem, Review
from apps.services.models import Service

NOT_PROMISED = (Status.PROPOSED, Status.DUPLICATE)
SAID = {Outcome.KEPT: True, Outcome.MISSED: False}
TIME_TO_VERIFY = timedelta(days=14)


@dataclass(slots=True)
class WriteUp:
    """A postmortem of counted incidents. `has_outsider`: somebody of no owning team reviewed it."""

    key: str
    published_at: datetime | None
    cases: list[Case] = field(default_factory=list)
    has_outsider: bool = False

    @property
    def newest(self) -> Case:
        return max(self.cases, key=lambda case: case.started_at)

    @property
    def lead(self) -> float | None:
        """Seconds from the last resolving to the first publication; None when one of both is not known."""
        resolved = [case.times.get(MilestoneKind.RESOLVED) for case in self.cases]
        known = [at for at in resolved if at]
        if self.published_at is None or len(known) < len(resolved) or self.published_at < max(known):
            return None
        return (self.published_at - max(known)).total_seconds()


@dataclass(frozen=True, slots=True)
class Promise:
    key: str
    case: Case
    status: str
    first_due_on: date | None
    done_at: datetime | None
    outcome: str
    look: str | None
    today: date
    is_of_now: bool

    @property
    def is_dropped(self) -> bool:
        """Given up before its date was over, or never promised."""
        gave_up = self.status == Status.WONT_DO and self.outcome != Outcome.MISSED
        return gave_up or self.status in NOT_PROMISED or self.first_due_on is None

    @property
    def is_pending(self) -> bool:
        return not self.is_dropped and self.is_on_time is None

    @property
    def is_on_time(self) -> bool | None:
        """None until the date is past, also for what is done before: else the early ones alone would count."""
        return None if self.is_dropped else SAID.get(Outcome(self.outcome))

    @property
    def done_on(self) -> date:
        return self.done_at.astimezone(UTC).date() if self.done_at else date.max

    @property
    def is_verified(self) -> bool | None:
        """None while it is not done, or so shortly that nobody could have looked, or the policy did so unseen."""
        if self.look in (None, Look.POLICY) or self.done_on > self.today - TIME_TO_VERIFY:
            return None
        return self.look == Look.PERSON


def read_write_ups(scope: Scope, cases: Cases) -> list[WriteUp]:
    """Those that the reader may see. A write-up counts with the incidents of it that are counted."""
    by_pk = {case.pk: case for case in (*cases.now, *cases.before)}
    rows = Postmortem.objects.visible_to(scope.user).filter(incidents__in=scope.counted().values("pk"))
    first = Postmortem.objects.filter(pk__in=rows.values("pk")).annotate(first=Min("snapshots__published_at"))
    found = {
        pk: WriteUp(key, published_at) for pk, key, published_at in first.values_list("pk", "key", "first")
    }
    for pk, incident in rows.order_by().values_list("pk", "incidents"):
        if pk in found and incident in by_pk:
            found[pk].cases.append(by_pk[incident])
    _mark_outsiders(found)
    return [row for row in found.values() if row.cases]


def _mark_outsiders(found: dict[int, WriteUp]) -> None:
    """Three queries: who reviewed when, which teams own what it is about, who belonged where."""
    reviews = list(
        Review.objects.filter(postmortem__in=list(found)).values_list("postmortem_id", "reviewer_id", "at")
    )
    owners: defaultdict[int, set[int]] = defaultdict(set)
    pairs = Service.objects.filter(incidents__postmortems__in=list(found)).values_list(
        "incidents__postmortems", "owner_team_id"
    )
    for pk, team in pairs.distinct():
        owners[pk].add(team)
    places: defaultdict[int, list[Membership]] = defaultdict(list)
    for place in Membership.objects.filter(user__in={reviewer for _, reviewer, _ in reviews}):
        places[place.user_id].append(place)
    for pk, reviewer, at in reviews:
        teams = {place.team_id for place in places[reviewer] if place.covers(at.astimezone(UTC).date())}
        found[pk].has_outsider |= not teams & owners[pk]


def read_promises(scope: Scope, cases: Cases) -> list[Promise]:
    by_pk: dict[Any, Case] = {case.pk: case for case in (*cases.now, *cases.before)}
    rows = ActionItem.objects.visible_to(scope.user).filter(incident__in=scope.counted().values("pk"))
    rows = rows.judged(scope.span.now).with_look()
    columns = ("key", "incident_id", "status", "first_due_on", "done_at", "first_outcome", "look")
    return [
        Promise(
            key,
            by_pk[incident],
            status,
            first_due_on,
            done_at,
            outcome,
            look,
            scope.span.now.date(),
            is_of_now=by_pk[incident].started_at >= scope.span.start,
        )
        for key, incident, status, first_due_on, done_at, outcome, look in rows.order_by("pk").values_list(
            *columns
        )
        if incident in by_pk
    ]


def read_repeats(scope: Scope, cases: Cases) -> list[tuple[Case, bool]]:
    """Incidents of the period that are said to be a recurrence, and whether something promised after the earlier
    one was still to be done when they started. Only what the reader may see of both."""
    by_pk = {case.pk: case for case in cases.now}
    links = IncidentLink.objects.visible_to(scope.user).of_kind(LinkKind.RECURRENCE_OF)
    links = links.filter(from_incident__in=scope.counted().values("pk"))
    earlier: defaultdict[int, set[int]] = defaultdict(set)
    for pk, before in links.values_list("from_incident_id", "to_incident_id"):
        if pk in by_pk:
            earlier[pk].add(before)
    items = ActionItem.objects.visible_to(scope.user).filter(
        incident__in=set().union(*earlier.values()), committed_at__isnull=False
    )
    promised: defaultdict[int | None, list[tuple[datetime | None, datetime | None]]] = defaultdict(list)
    for incident, committed_at, ended_at in items.values_list("incident_id", "committed_at", "done_at"):
        promised[incident].append((committed_at, ended_at))
    return [
        (by_pk[pk], any(_was_open(span, by_pk[pk]) for before in found for span in promised[before]))
        for pk, found in earlier.items()
    ]


def _was_open(span: tuple[datetime | None, datetime | None], case: Case) -> bool:
    since, until = span
    return since is not None and since <= case.started_at and (until is None or until > case.started_at)
