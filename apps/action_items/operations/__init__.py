from apps.action_items.operations.bulk import (
    BulkWish,
    apply_bulk_change,
    forget_old_bulk_changes,
    preview_bulk_change,
    undo_bulk_change,
)
from apps.action_items.operations.calendars import close_calendar, open_calendar
from apps.action_items.operations.checklist import add_step, edit_step, remove_step
from apps.action_items.operations.commenting import add_comment, edit_comment, remove_comment
from apps.action_items.operations.dates import Usual, redate, usual_date
from apps.action_items.operations.depending import add_dependency, remove_dependency
from apps.action_items.operations.effects import judge_effect
from apps.action_items.operations.following import watch_action_item
from apps.action_items.operations.items import add_action_item, assign, edit_action_item
from apps.action_items.operations.merging import merge_action_items, unmerge_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.operations.policy import edit_action_item_policy
from apps.action_items.operations.recurring import mark_recurrence, say_it_came_back, undo_recurrence
from apps.action_items.operations.saved_views import delete_view, edit_view, save_view
from apps.action_items.operations.snoozing import snooze
from apps.action_items.operations.splitting import split_action_item
from apps.action_items.operations.unsplitting import unsplit_action_item

__all__ = [
    "BulkWish",
    "Usual",
    "add_action_item",
    "add_comment",
    "add_dependency",
    "add_step",
    "apply_bulk_change",
    "assign",
    "close_calendar",
    "delete_view",
    "edit_action_item",
    "edit_action_item_policy",
    "edit_comment",
    "edit_step",
    "edit_view",
    "forget_old_bulk_changes",
    "judge_effect",
    "mark_recurrence",
    "merge_action_items",
    "open_calendar",
    "preview_bulk_change",
    "redate",
    "remove_comment",
    "remove_dependency",
    "remove_step",
    "save_view",
    "say_it_came_back",
    "snooze",
    "split_action_item",
    "transition",
    "undo_bulk_change",
    "undo_recurrence",
    "unmerge_action_item",
    "unsplit_action_item",
    "usual_date",
    "watch_action_item",
]
