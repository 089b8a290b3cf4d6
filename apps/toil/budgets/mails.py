"""A team stands elsewhere against its cap. Read when it is sent: what is no longer so is not said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.notifications.mail import Mail
from apps.toil.budgets.levels import Level
from apps.toil.budgets.words import LEAVES, THIN, figures_of, means_of, subject_of
from apps.toil.models import BudgetChange, ToilBudget
from apps.toil.policies import can_plan_budget

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_toil_budget(row: OutboxMail, now: datetime) -> Mail | None:
    """None for who leads the team no longer."""
    slug, what = row.payload["team"], row.payload["what"]
    budget = ToilBudget.objects.select_related("team").filter(team__slug=slug).first()
    if budget is None or not can_plan_budget(row.recipient, budget.team) or not _is_so(budget, what):
        return None
    rows = BudgetChange.objects.of_team(budget.team).filter(after=what).select_related("team")
    change = rows.first()
    if change is None:
        return None
    subject = subject_of(change)
    context = {
        "subject": subject,
        "means": THIN if what == "thin" else _means(change),
        "leaves": LEAVES if what not in {"thin", Level.WITHIN} else "",
        "figures": figures_of(change),
        "week": change.week,
        "url": settings.BASE_URL + reverse("toil:budget", args=[slug]),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/toil_budget.txt", context),
        html=render_to_string("emails/toil_budget.html", context),
    )


def _means(change: BudgetChange) -> str:
    return means_of(Level(change.after), change.sums("short"), change.sums("long"), change.cap_pct)


def _is_so(budget: ToilBudget, what: str) -> bool:
    return budget.is_thin if what == "thin" else budget.level == what
