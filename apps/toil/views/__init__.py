from apps.toil.views.answers import entry_confirm, entry_dismiss
from apps.toil.views.budgets import budget_plan, team_budget
from apps.toil.views.checkin_list import checkin_list
from apps.toil.views.checkins import week_confirm, week_withdraw
from apps.toil.views.drivers import (
    driver_detail,
    driver_edit,
    driver_list,
    driver_new,
    driver_remove,
    driver_values,
)
from apps.toil.views.entries import entry_delete, entry_detail, entry_edit, overview
from apps.toil.views.grid import my_week
from apps.toil.views.imports import (
    import_labels,
    import_list,
    import_new,
    import_read,
    import_shown,
    import_start,
    import_undo,
)
from apps.toil.views.ledger import ledger_page
from apps.toil.views.lines import entry_new, line_echo, quick_log
from apps.toil.views.many import entry_change, entry_change_undo, many_apply, many_edit
from apps.toil.views.pareto import pareto_page
from apps.toil.views.quality import team_quality
from apps.toil.views.recurring import recurring_delete, recurring_edit, recurring_list, recurring_new
from apps.toil.views.reductions import reduction_edit, reduction_list, reduction_new, reduction_remove
from apps.toil.views.services import service_toil
from apps.toil.views.sources import source_detail, source_edit, source_list, source_new
from apps.toil.views.splitting import entry_split
from apps.toil.views.suggestions import answer_selected
from apps.toil.views.surveys import source_tickets, survey, team_survey
from apps.toil.views.teams import team_list, team_toil
from apps.toil.views.timers import entry_repeat, timer_discard, timer_start, timer_stop
from apps.toil.views.weeks import team_week

__all__ = [
    "answer_selected",
    "budget_plan",
    "checkin_list",
    "driver_detail",
    "driver_edit",
    "driver_list",
    "driver_new",
    "driver_remove",
    "driver_values",
    "entry_change",
    "entry_change_undo",
    "entry_confirm",
    "entry_delete",
    "entry_detail",
    "entry_dismiss",
    "entry_edit",
    "entry_new",
    "entry_repeat",
    "entry_split",
    "import_labels",
    "import_list",
    "import_new",
    "import_read",
    "import_shown",
    "import_start",
    "import_undo",
    "ledger_page",
    "line_echo",
    "many_apply",
    "many_edit",
    "my_week",
    "overview",
    "pareto_page",
    "quick_log",
    "recurring_delete",
    "recurring_edit",
    "recurring_list",
    "recurring_new",
    "reduction_edit",
    "reduction_list",
    "reduction_new",
    "reduction_remove",
    "service_toil",
    "source_detail",
    "source_edit",
    "source_list",
    "source_new",
    "source_tickets",
    "survey",
    "team_budget",
    "team_list",
    "team_quality",
    "team_survey",
    "team_toil",
    "team_week",
    "timer_discard",
    "timer_start",
    "timer_stop",
    "week_confirm",
    "week_withdraw",
]
