from apps.action_items.operations.bulk import (
    BulkWish,
    apply_bulk_change,
    forget_old_bulk_changes,
    preview_bulk_change,
    undo_bulk_change,
)
from apps.action_items.operations.calendars import close_calendar, open_calendar
from apps.action_items.operations.dates import Usual, redate, usual_date
from apps.action_items.operations.effects import judge_effect
from apps.action_items.operations.items import add_action_item, assign, edit_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.operations.policy import edit_action_item_policy
from apps.action_items.operations.recurring import mark_recurrence, say_it_came_back, undo_recurrence
from apps.action_items.operations.saved_views import delete_view, edit_view, save_view
from apps.action_items.operations.snoozing import snooze

__all__ = [
    "BulkWish",
    "Usual",
    "add_action_item",
    "apply_bulk_change",
    "assign",
    "close_calendar",
    "delete_view",
    "edit_action_item",
    "edit_action_item_policy",
    "edit_view",
    "forget_old_bulk_changes",
    "judge_effect",
    "mark_recurrence",
    "open_calendar",
    "preview_bulk_change",
    "redate",
    "save_view",
    "say_it_came_back",
    "snooze",
    "transition",
    "undo_bulk_change",
    "undo_recurrence",
    "usual_date",
]
