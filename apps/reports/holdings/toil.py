from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.accounts.models import User
from apps.reports.holdings.holding import Held, Kind, still_theirs
from apps.toil.models import BudgetPlan, ToilSource
from apps.toil.models.budget import BudgetPlanQuerySet
from apps.toil.operations import edit_source, plan_budget
from apps.toil.policies import can_keep_sources, can_plan_budget


class ToilSources:
    """Sources of toil that somebody looks after."""

    kind = Kind.TOIL_SOURCE

    def held(self, person: User, by: User) -> Iterator[Held]:
        rows = ToilSource.objects.visible_to(by).current().filter(owner=person).with_names()
        for row in rows.order_by("name", "pk"):
            facts, may = (
                f"{row.team.name}, {row.get_status_display().lower()}",
                can_keep_sources(by, row.team),
            )
            yield Held(self.kind, row.slug, row.name, facts, row.get_absolute_url(), may)

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        rows = ToilSource.objects.visible_to(by).filter(owner=person)
        row = still_theirs(rows.filter(slug=key).first(), person)
        edit_source(row, changes={"owner": to}, seen=row.version, by=by)


class CapPlans:
    """What a team does about a breach of its cap, that somebody sees to."""

    kind = Kind.CAP_PLAN

    def held(self, person: User, by: User) -> Iterator[Held]:
        for row in self._rows(person).order_by("breach__team__name", "pk"):
            team = row.breach.team
            title, facts = f"{team.name} and its cap", f"over it since {row.breach.week}"
            yield Held(self.kind, team.slug, title, facts, row.get_absolute_url(), can_plan_budget(by, team))

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        """Its promises and its words stay."""
        row = still_theirs(self._rows(person).filter(breach__team__slug=key).first(), person)
        team, items = row.breach.team, row.items.all()
        plan_budget(team, owner=to, items=items, note=row.note, seen=row.version, by=by)

    def _rows(self, person: User) -> BudgetPlanQuerySet:
        return BudgetPlan.objects.running().filter(owner=person).select_related("breach__team")
