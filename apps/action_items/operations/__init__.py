from apps.action_items.operations.dates import Usual, redate, usual_date
from apps.action_items.operations.effects import judge_effect
from apps.action_items.operations.items import add_action_item, assign, edit_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.operations.policy import edit_action_item_policy
from apps.action_items.operations.recurring import mark_recurrence, say_it_came_back, undo_recurrence
from apps.action_items.operations.snoozing import snooze

__all__ = [
    "Usual",
    "add_action_item",
    "assign",
    "edit_action_item",
    "edit_action_item_policy",
    "judge_effect",
    "mark_recurrence",
    "redate",
    "say_it_came_back",
    "snooze",
    "transition",
    "undo_recurrence",
    "usual_date",
]
