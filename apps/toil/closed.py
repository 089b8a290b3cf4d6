"""What changed in weeks that had been closed: was and is, and who made the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from apps.accounts.models import Team, User
from apps.core.engines import Among
from apps.core.prepared import Given, PreparedObjects
from apps.core.templatetags.times import half_up
from apps.toil.figures import judged
from apps.toil.models import WeekSnapshot
from apps.toil.periods import Period, week_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One revision of a closed week beside the one before it, or the last of `times` beside the first; and by whom it
    came, by name."""

    before: WeekSnapshot
    after: WeekSnapshot
    team: Team
    people: list[User]
    times: int = 1

    @property
    def week(self) -> str:
        return week_name(self.after.monday)

    @property
    def points(self) -> Decimal | None:
        """Percentage points of the floor, as shown; None without capacity."""
        was, now = (judged(self.team, row).floor.exact for row in (self.before, self.after))
        return None if was is None or now is None else half_up(now) - half_up(was)


def changes_after_close(team: Team, period: Period) -> list[Change]:
    """Revision by revision, newest first, at most twenty; two queries, however many."""
    ordered = SNAPSHOTS.objects(team.pk, period.start, period.end)
    return _changes(team, [list(pair) for pair in pairwise(ordered) if pair[0].monday == pair[1].monday])


def weeks_changed_after_close(team: Team, period: Period) -> list[Change]:
    """The same, week by week: what it was at the close, and what it is now."""
    ordered = SNAPSHOTS.objects(team.pk, period.start, period.end)
    return _changes(team, [list(rows) for _, rows in groupby(ordered, key=attrgetter("monday"))])


def _changes(team: Team, weeks: list[list[WeekSnapshot]]) -> list[Change]:
    """Of some revisions each, the first of which is what it was."""
    newest = sorted(weeks, key=lambda rows: rows[-1].taken_at, reverse=True)[:SHOWN]
    people = _people([row.pk for rows in newest for row in rows[1:]])
    return [
        Change(
            *(rows[0], rows[-1], team),
            people=list(dict.fromkeys(person for row in rows[1:] for person in people[row.pk])),
            times=len(rows) - 1,
        )
        for rows in newest
    ]


def _people(snapshots: Sequence[int]) -> defaultdict[int, list[User]]:
    found: defaultdict[int, list[User]] = defaultdict(list)
    for row in CHANGERS.objects(snapshots) if snapshots else ():
        found[row.weeksnapshot_id].append(row.user)
    return found


def _snapshots(team: Given, start: Given, end: Given) -> QuerySet[WeekSnapshot]:
    """All revisions of the weeks that have more than one."""
    rows = WeekSnapshot.objects.filter(team=team, monday__gte=start, monday__lt=end)
    changed = rows.filter(revision__gt=1).order_by().values("monday")
    return rows.filter(monday__in=changed).order_by("monday", "revision")


def _changers(snapshots: Given) -> QuerySet[Any]:
    rows: QuerySet[Any] = WeekSnapshot.changed_by.through.objects.filter(Among("weeksnapshot", snapshots))
    return rows.order_by("user__name", "user")


SNAPSHOTS, CHANGERS = PreparedObjects(_snapshots), PreparedObjects(_changers, joined=["user"])
