from itertools import takewhile

from celery import shared_task
from django.utils import timezone

from apps.toil import operations

TURNS = 12


@shared_task
def recompute_dirty_weeks() -> int:
    return operations.recompute_dirty_weeks(timezone.now())


@shared_task
def plan_checkin_nudges() -> int:
    return operations.plan_checkin_nudges(timezone.now())


@shared_task
def work_on_imports() -> int:
    """Each turn looks at the clock anew, so that an import says when it ended and not when the clock struck."""
    turns = (operations.work_on_imports(timezone.now()) for _ in range(TURNS))
    return sum(takewhile(bool, turns))


@shared_task
def sweep_imports() -> int:
    return operations.sweep_imports(timezone.now())


@shared_task
def plan_survey_lines() -> int:
    return operations.plan_survey_lines(timezone.now())


@shared_task
def judge_budgets() -> int:
    return operations.judge_budgets(timezone.now())


@shared_task
def tell_verdicts() -> int:
    return operations.tell_verdicts(timezone.now())


@shared_task
def forget_entry_changes() -> int:
    return operations.forget_old_entry_changes(timezone.now())


@shared_task
def make_suggestions() -> int:
    now = timezone.now()
    return operations.suggest_from_incidents(now) + operations.suggest_recurring(now)
