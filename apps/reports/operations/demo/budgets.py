"""Teams and their caps: judged as the clock would have done, and a plan where the first of them is over it."""

from __future__ import annotations

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.surveys import make_surveys
from apps.toil.budgets.levels import Level
from apps.toil.models import ToilBudget
from apps.toil.operations import judge_budgets, plan_budget

MOST = 3


def make_budgets_and_surveys(stage: Stage) -> None:
    make_surveys(stage)
    judge_budgets(stage.now)
    admin = User.objects.get(pk=stage.admin.pk)
    for budget in ToilBudget.objects.filter(level=Level.BREACH).select_related("team").order_by("team")[:1]:
        _plan(stage, budget.team, admin)


def _plan(stage: Stage, team: Team, admin: User) -> None:
    open_now = ActionItem.objects.committed().filter(team=team).exclude(incident__is_private=True)
    items = open_now.order_by("due_on", "number")
    squad = stage.squads[team.slug]
    chosen = list(items[:MOST])
    if chosen:
        note = "Two chores less by the end of the quarter, and the pages that need nobody"
        plan_budget(team, owner=squad.on(stage.today)[0].user, items=chosen, note=note, by=admin)
