"""What a team does about a breach of its cap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.toil.budgets.levels import Level
from apps.toil.models import BudgetChange, BudgetPlan, ToilBudget
from apps.toil.policies import can_plan_budget

NOT_YOURS = "Leads of the team and admins plan how it comes back below its cap."


@transaction.atomic
def plan_budget(
    team: Team,
    *,
    owner: User,
    items: Iterable[ActionItem],
    note: str = "",
    seen: int | None = None,
    by: User,
) -> BudgetPlan:
    """The plan of the breach that runs, made or changed. Refused while there is none, and without a promise; the same
    plan again changes nothing. Promises that `by` may not see stay in it."""
    require(can_plan_budget(by, team), NOT_YOURS)
    breach = running_breach(team)
    chosen = sorted({item.pk: item for item in items}.values(), key=lambda item: item.number)
    _check(owner, chosen)
    plan = BudgetPlan.objects.select_for_update(of=("self",)).filter(breach=breach).first()
    if plan is None:
        return _make(breach, owner, chosen, note, by)
    check_version(plan, seen)
    return _change(plan, owner, chosen, note, by)


def running_breach(team: Team) -> BudgetChange:
    """Its last change into a breach, locked; nobody plans for a team whose level is another."""
    budget = ToilBudget.objects.filter(team=team, level=Level.BREACH).first()
    breach = BudgetChange.objects.of_team(team).breaches().select_for_update(of=("self",)).first()
    if budget is None or breach is None:
        raise Conflict("The team is not over its cap for a quarter, so no plan is asked for.")
    return breach


def _check(owner: User, items: list[ActionItem]) -> None:
    if not owner.is_active or not owner.may_write or owner.is_system:
        raise ValidationError({"owner": f"{owner} cannot see to it."})
    if not items:
        raise ValidationError({"items": "Name one action item at least: a plan is a promise."})


def _named(items: list[ActionItem]) -> list[str]:
    """For the trail, which more people read than may know of a private incident's promises."""
    is_private = [bool(item.incident and item.incident.is_private) for item in items]
    return ["a private one" if hidden else item.key for item, hidden in zip(items, is_private, strict=True)]


def _make(breach: BudgetChange, owner: User, items: list[ActionItem], note: str, by: User) -> BudgetPlan:
    plan = BudgetPlan(breach=breach, owner=owner, note=note)
    plan.clean_fields()
    plan.save(force_insert=True)
    plan.items.set(items)
    told: dict[str, Any] = {"owner": [None, owner.slug], "items": [None, _named(items)]}
    record("toil_budget.planned", plan, by=by, changes=told | ({"note": [None, note]} if note else {}))
    return plan


def _change(plan: BudgetPlan, owner: User, items: list[ActionItem], note: str, by: User) -> BudgetPlan:
    held = list(plan.items.select_related("incident").order_by("number"))
    seen = ActionItem.objects.visible_to(by).filter(pk__in=[item.pk for item in held])
    hidden = [item for item in held if item.pk not in set(seen.values_list("pk", flat=True))]
    wanted = sorted([*items, *hidden], key=lambda item: item.number)
    has_moved = {item.pk for item in wanted} != {item.pk for item in held}
    diff = apply_changes(plan, {"owner": owner, "note": note})
    if has_moved:
        plan.items.set(wanted)
        diff |= {"items": [_named(held), _named(wanted)]}
        plan.version += 1
        plan.save(update_fields=["version", "updated_at"])
    if diff:
        record("toil_budget.planned", plan, by=by, changes=diff)
    return plan
