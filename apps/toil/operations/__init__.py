from apps.toil.operations.answering import Answered, answer_together
from apps.toil.operations.answers import confirm_entry, dismiss_entry
from apps.toil.operations.budget_plans import plan_budget
from apps.toil.operations.budgets import judge_budget, judge_budgets
from apps.toil.operations.bulk import log_many
from apps.toil.operations.checkins import confirm_week, withdraw_checkin
from apps.toil.operations.drafts import draft_entry
from apps.toil.operations.drivers import add_driver, edit_driver, put_driver_values, remove_driver
from apps.toil.operations.entries import delete_entry, edit_entry, log_entry
from apps.toil.operations.grid import CellWish, Saved, save_week
from apps.toil.operations.import_labels import explain_labels, meanings_of
from apps.toil.operations.import_sorting import explain_import
from apps.toil.operations.imports import go_on, start_import, sweep_imports, undo_import, work_on_imports
from apps.toil.operations.many import (
    EntryWish,
    change_entries,
    forget_old_entry_changes,
    preview_entry_change,
    undo_entry_change,
)
from apps.toil.operations.marks import mark_capacity_changes, mark_weeks
from apps.toil.operations.nudges import plan_checkin_nudges
from apps.toil.operations.recurring import add_recurring, delete_recurring, edit_recurring, suggest_recurring
from apps.toil.operations.reductions import add_reduction, edit_reduction, remove_reduction
from apps.toil.operations.repeating import repeat_entry
from apps.toil.operations.reshaping import joined, merge_entries, split_entry
from apps.toil.operations.sources import add_source, edit_source
from apps.toil.operations.suggesting import suggest_from_incidents
from apps.toil.operations.surveys import (
    Said,
    answer_all,
    answer_survey,
    count_tickets,
    plan_survey_lines,
    withdraw_answer,
)
from apps.toil.operations.timers import discard_timer, start_timer, stop_timer
from apps.toil.operations.uploads import preview_file, read_again, upload_file
from apps.toil.operations.verdicts import tell_verdicts
from apps.toil.operations.weeks import recompute_all, recompute_dirty_weeks, recompute_entry, recompute_weeks

__all__ = [
    "Answered",
    "CellWish",
    "EntryWish",
    "Said",
    "Saved",
    "add_driver",
    "add_recurring",
    "add_reduction",
    "add_source",
    "answer_all",
    "answer_survey",
    "answer_together",
    "change_entries",
    "confirm_entry",
    "confirm_week",
    "count_tickets",
    "delete_entry",
    "delete_recurring",
    "discard_timer",
    "dismiss_entry",
    "draft_entry",
    "edit_driver",
    "edit_entry",
    "edit_recurring",
    "edit_reduction",
    "edit_source",
    "explain_import",
    "explain_labels",
    "forget_old_entry_changes",
    "go_on",
    "joined",
    "judge_budget",
    "judge_budgets",
    "log_entry",
    "log_many",
    "mark_capacity_changes",
    "mark_weeks",
    "meanings_of",
    "merge_entries",
    "plan_budget",
    "plan_checkin_nudges",
    "plan_survey_lines",
    "preview_entry_change",
    "preview_file",
    "put_driver_values",
    "read_again",
    "recompute_all",
    "recompute_dirty_weeks",
    "recompute_entry",
    "recompute_weeks",
    "remove_driver",
    "remove_reduction",
    "repeat_entry",
    "save_week",
    "split_entry",
    "start_import",
    "start_timer",
    "stop_timer",
    "suggest_from_incidents",
    "suggest_recurring",
    "sweep_imports",
    "tell_verdicts",
    "undo_entry_change",
    "undo_import",
    "upload_file",
    "withdraw_answer",
    "withdraw_checkin",
    "work_on_imports",
]
