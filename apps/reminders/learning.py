"""What somebody could learn from last week: incidents, new postmortems, and an older one that matters again.

Read when it is sent, with the reader's own rights. Nothing here is about persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from apps.accounts.calendar import local_slot
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident, IncidentKind, IncidentStatus
from apps.postmortems.models import Postmortem, PostmortemQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User

WEEK = timedelta(days=7)
TOLD_KINDS = (IncidentKind.REAL, IncidentKind.NEAR_MISS)
UNTOLD = (IncidentStatus.DECLINED, IncidentStatus.CANCELLED, IncidentStatus.MERGED)
OLDEST = 10  # years back
AGAIN_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Anniversary:
    """An older postmortem, published in this week of another year; `item` of it is open, or `incident` hit its
    service again."""

    postmortem: Postmortem
    years: int
    item: ActionItem | None
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Lessons:
    """Of the week from `monday` on, in the reader's zone."""

    monday: date
    incidents: list[Incident]
    postmortems: list[Postmortem]
    anniversary: Anniversary | None

    @property
    def is_empty(self) -> bool:
        return not (self.incidents or self.postmortems or self.anniversary)


def lessons_of(person: User, monday: date) -> Lessons:
    begins, ends = (local_slot(day, time(), person.zone) for day in (monday, monday + WEEK))
    happened = Incident.objects.visible_to(person).filter(started_at__gte=begins, started_at__lt=ends)
    told = happened.filter(kind__in=TOLD_KINDS).exclude(status__in=UNTOLD).prefetch_related("services")
    new = _readable(person).filter(published_at__gte=begins, published_at__lt=ends)
    return Lessons(
        monday,
        list(told.order_by("severity", "started_at", "pk")),
        list(new.order_by("published_at", "pk")),
        _anniversary(person, monday + WEEK, ends),
    )


def _readable(person: User) -> PostmortemQuerySet:
    return Postmortem.objects.visible_to(person).prefetch_related("incidents")


def _anniversary(person: User, monday: date, now: datetime) -> Anniversary | None:
    """The one with an open item rather than the one whose service was hit again; the newest of several."""
    seen = _readable(person).published()
    found = list(seen.filter(_this_week_in_other_years(person, monday)).order_by("-published_at", "-pk"))
    for row in found:
        item = _open_items(person, row).first()
        if item:
            return Anniversary(row, _years(row, monday), item, None)
    for row in found:
        incident = _hit_again(person, row, now).first()
        if incident:
            return Anniversary(row, _years(row, monday), None, incident)
    return None


def _this_week_in_other_years(person: User, monday: date) -> Q:
    wanted = Q()
    for years in range(1, OLDEST + 1):
        first = _earlier(monday, years)
        begins, ends = (local_slot(day, time(), person.zone) for day in (first, first + WEEK))
        wanted |= Q(published_at__gte=begins, published_at__lt=ends)
    return wanted


def _earlier(day: date, years: int) -> date:
    """The same day of an earlier year; for the 29th of February the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=day.day - 1)


def _years(row: Postmortem, monday: date) -> int:
    """Whole years, to the nearest."""
    published = row.published_at.date() if row.published_at else monday
    return max(1, round((monday - published).days / 365.25))


def _open_items(person: User, row: Postmortem) -> QuerySet[ActionItem]:
    items = ActionItem.objects.visible_to(person).live().filter(postmortems=row.pk)
    return items.select_related("incident").order_by("priority", "due_rank", "pk")


def _hit_again(person: User, row: Postmortem, now: datetime) -> QuerySet[Incident]:
    """Another incident of one of its services in the last months before `now`. What it is about is asked of what
    the reader sees."""
    about = Incident.objects.visible_to(person).filter(postmortems=row.pk)
    again = Incident.objects.visible_to(person).filter(kind=IncidentKind.REAL).exclude(status__in=UNTOLD)
    hit = Incident.objects.filter(services__incidents__in=about.values("pk"))
    recent = again.filter(started_at__gte=now - AGAIN_WITHIN, started_at__lt=now, pk__in=hit.values("pk"))
    return recent.exclude(pk__in=about.values("pk")).order_by("-started_at", "-pk")
