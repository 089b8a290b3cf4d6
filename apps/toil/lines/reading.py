"""A typed line as the keywords of `log_entry`: the names in it looked up among what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.lines.clock import moments
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.grammar import Known, Line, named, read_line
from apps.toil.models import ToilEntry, ToilSource

PLAIN = ("text", "seconds", "link", "category", "trigger", "occurrences")
LONGEST_SINCE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Reading:
    """`said` holds only what the line says; `left` the words that look like a mark and stay in the text."""

    said: dict[str, Any]
    left: list[str]

    @property
    def has_time(self) -> bool:
        return "seconds" in self.said or "started_at" in self.said


def team_for(user: User, said: Mapping[str, Any]) -> Team | None:
    """The team that is said, else the only one, else that of the source if the person belongs to it."""
    if said.get("team"):
        found: Team = said["team"]
        return found
    mine, source = user.current_teams, said.get("source")
    if len(mine) == 1:
        return mine[0]
    return next((team for team in mine if source and team.pk == source.team_id), None)


def tidy(line: str) -> str:
    """As it is read and kept: on one line."""
    return " ".join(line.split())


def read_for(user: User, line: str, *, zone: tzinfo, now: datetime, person: User | None = None) -> Reading:
    """As the user wrote it, of `person`'s time where that is somebody else. Raises Unreadable, with a sentence for the
    user, when its time cannot be meant."""
    services = {row.slug: row for row in Service.objects.visible_to(user).filter(slug__in=_wanted(line, "@"))}
    teams = {row.slug: row for row in Team.objects.visible_to(user).filter(slug__in=_wanted(line, "~"))}
    sources = {row.slug: row for row in _sources(user, line)}
    incidents, items = _referred(user, line)
    today = now.astimezone(zone).date()
    found = read_line(line, today=today, known=Known(services, teams, incidents, sources, items))
    said: dict[str, Any] = {name: getattr(found, name) for name in PLAIN}
    said |= {"service": services.get(found.service), "team": teams.get(found.team)}
    said |= {"source": sources.get(found.source), "item": items.get(found.item)}
    said |= {"incident": incidents.get(found.incident)} | _when(found, today, zone, now)
    if found.since_last:
        said |= {
            "started_at": end_of_last(person or user, zone, now, by=user),
            "ended_at": now.replace(microsecond=0),
        }
    return Reading({name: value for name, value in said.items() if value not in (None, "")}, found.left)


def _wanted(line: str, mark: str) -> set[str]:
    return {word.lower() for word in named(line, mark)}


def _sources(user: User, line: str) -> Iterable[ToilSource]:
    wanted = _wanted(line, "#")
    return ToilSource.objects.visible_to(user).current().filter(slug__in=wanted) if wanted else ()


def _referred(user: User, line: str) -> tuple[dict[str, Incident], dict[str, ActionItem]]:
    keys = {word.upper() for word in named(line, "+") if len(word) <= 20}
    if not keys:
        return {}, {}
    incidents = Incident.objects.visible_to(user).filter(key__in=keys)
    items = ActionItem.objects.visible_to(user).filter(key__in=keys)
    return {row.key: row for row in incidents}, {row.key: row for row in items}


def _when(found: Line, today: date, zone: tzinfo, now: datetime) -> dict[str, Any]:
    if found.start is None or found.end is None:
        return {"local_date": found.day}
    start, end = moments(found.day or today, found.start, found.end, zone)
    if found.day is None and end > now:  # typed after midnight, or about yesterday evening
        start, end = moments(today - timedelta(days=1), found.start, found.end, zone)
    return {"seconds": None, "started_at": start, "ended_at": end}


def end_of_last(person: User, zone: tzinfo, now: datetime, *, by: User) -> datetime:
    """When the person's entry before ended today, of those that `by` may read: its end, or when it was logged if it has
    none."""
    began = datetime.combine(now.astimezone(zone).date(), time(0), tzinfo=zone)
    seen = ToilEntry.objects.visible_to(by).counting()
    rows = seen.filter(person=person, local_date__gte=began.date() - timedelta(days=1))
    is_own = person.pk == by.pk
    entry = "Your entry before" if is_own else f"The entry of {person} before"
    ends = [
        ended or logged
        for ended, logged, day in rows.values_list("ended_at", "created_at", "local_date")
        if ended or day == began.date()
    ]
    ended = max((end for end in ends if began <= end <= now), default=None)
    if ended is None:
        nothing = (
            "You logged nothing yet today"
            if is_own
            else f"{person} logged nothing today that you may read and"
        )
        raise Unreadable(f"{nothing} that this could follow. Say how long it took.")
    if now - ended > LONGEST_SINCE:
        raise Unreadable(
            f"{entry} ended at {ended.astimezone(zone):%H:%M}, more than four hours ago. "
            "Say how long it took."
        )
    if (now - ended).total_seconds() < 1:
        raise Unreadable(f"{entry} ended this moment. Say how long it took.")
    return ended.replace(microsecond=0)
