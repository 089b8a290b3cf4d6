"""What changed in weeks that had been closed: was and is, and who made the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from apps.accounts.models import Team, User
from apps.core.templatetags.times import half_up
from apps.toil.figures import judged
from apps.toil.models import WeekSnapshot
from apps.toil.periods import Period, week_name

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One revision of a closed week beside the one before it."""

    before: WeekSnapshot
    after: WeekSnapshot
    team: Team

    @property
    def week(self) -> str:
        return week_name(self.after.monday)

    @property
    def points(self) -> Decimal | None:
        """Percentage points of the floor, as shown; None without capacity."""
        was, now = (judged(self.team, row).floor.exact for row in (self.before, self.after))
        return None if was is None or now is None else half_up(now) - half_up(was)

    @property
    def people(self) -> list[User]:
        return list(self.after.changed_by.all())


def changes_after_close(team: Team, period: Period) -> list[Change]:
    """Newest first, at most twenty; two queries, however many."""
    rows = WeekSnapshot.objects.of_team(team).within(period).filter(monday__in=_changed(team, period))
    ordered = list(rows.order_by("monday", "revision").prefetch_related("changed_by"))
    found = [
        Change(before, after, team) for before, after in pairwise(ordered) if before.monday == after.monday
    ]
    return sorted(found, key=lambda change: change.after.taken_at, reverse=True)[:SHOWN]


def _changed(team: Team, period: Period) -> Sequence[date]:
    rows = WeekSnapshot.objects.of_team(team).within(period).filter(revision__gt=1)
    return rows.order_by().values("monday")  # type: ignore[return-value]
