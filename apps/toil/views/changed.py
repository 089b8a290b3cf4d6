"""What a change of several entries says on its pages, and the numbers that move with it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from apps.toil.models import EntryChange, ToilEntry, ToilSlice
from apps.toil.operations import recompute_weeks
from apps.toil.periods import monday_of

WORDS = {
    "team": "Team",
    "service": "Service",
    "source": "Source",
    "category": "Category",
    "kind": "Kind",
    "local_date": "Date",
    "time": "Time",
}


def changed_words(changes: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """(field, before, after) as they are read aloud."""
    return [(WORDS[name], _shown(name, old), _shown(name, new)) for name, (old, new) in changes.items()]


def _shown(name: str, value: str) -> str:
    if name == "local_date" and value:
        day = date.fromisoformat(value)
        return f"{day:%a} {day.day} {day:%b %Y}"
    return value or "nothing"


def recompute_changed(change: EntryChange, now: datetime) -> None:
    """At once for few; the weeks of many are marked, and follow within a minute."""
    rows = change.rows.select_related("entry__team").exclude(entry=None)[:10]
    recompute_together([row.entry for row in rows if row.entry], now)


def recompute_together(entries: Sequence[ToilEntry], now: datetime) -> None:
    """Each week of each team once, however many of the entries fell into it."""
    teams = {entry.team_id: entry.team for entry in entries if entry.counts}
    slices = ToilSlice.objects.counting().filter(entry__in=[entry.pk for entry in entries], team__in=teams)
    days = set(slices.order_by().values_list("team", "local_date"))
    for pk, team in sorted(teams.items()):
        recompute_weeks(team, {monday_of(day) for owner, day in days if owner == pk}, now=now)
