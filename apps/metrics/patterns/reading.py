"""Published postmortems as the patterns need them: what set each off, what made it possible, when and where; read in a
fixed number of queries, and only what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.incidents.models import Incident
from apps.postmortems.models import Factor, Lesson, Postmortem
from apps.postmortems.search.facets import quarter_of

MOST = 20_000


class Place(NamedTuple):
    """A service or a team: what the list is narrowed by, and its name. Slugs of the two may be alike."""

    kind: str
    slug: str
    name: str


@dataclass(slots=True)
class Case:
    """One document. `found_in` holds (quarter, place) for each incident that the reader may see."""

    trigger: str
    factors: set[str] = field(default_factory=set)
    lessons: set[str] = field(default_factory=set)
    quarters: set[str] = field(default_factory=set)
    found_in: set[tuple[str, Place]] = field(default_factory=set)


def read_cases(rows: QuerySet[Postmortem], user: User) -> list[Case]:
    """Raises ValidationError for more than 20,000: narrow it down."""
    plain = rows.order_by().values_list("pk", "trigger_category")[: MOST + 1]
    found = {pk: Case(trigger) for pk, trigger in plain}
    if len(found) > MOST:
        raise ValidationError(f"More than {MOST:,} postmortems. Choose a service, a team or a quarter.")
    wanted = rows.order_by().values("pk")
    _add_findings(found, wanted)
    _add_incidents(found, wanted, user)
    return list(found.values())


def _add_findings(found: dict[int, Case], wanted: Any) -> None:
    causes = Factor.objects.causes().filter(postmortem__in=wanted)
    for pk, category in causes.order_by().values_list("postmortem", "category"):
        found[pk].factors.add(category)
    for pk, kind in Lesson.objects.filter(postmortem__in=wanted).order_by().values_list("postmortem", "kind"):
        found[pk].lessons.add(kind)


def _add_incidents(found: dict[int, Case], wanted: Any, user: User) -> None:
    links = Postmortem.incidents.through.objects.filter(
        postmortem__in=wanted, incident__in=Incident.objects.visible_to(user).order_by().values("pk")
    )
    of_incident: dict[int, list[tuple[Case, str]]] = {}
    for pk, incident, started_at in links.values_list("postmortem", "incident", "incident__started_at"):
        quarter = quarter_of(started_at)
        found[pk].quarters.add(quarter)
        of_incident.setdefault(incident, []).append((found[pk], quarter))
    for incident, places in _places(links):
        for case, quarter in of_incident[incident]:
            case.found_in |= {(quarter, place) for place in places}


def _places(links: Any) -> Iterable[tuple[int, tuple[Place, Place]]]:
    names = ("service__slug", "service__name", "service__owner_team__slug", "service__owner_team__name")
    rows = Incident.services.through.objects.filter(incident__in=links.values("incident"))
    for incident, slug, name, team, team_name in rows.values_list("incident", *names):
        yield incident, (Place("service", slug, name), Place("team", team, team_name))
